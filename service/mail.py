"""Mail: password resets and notices, sent over SMTP when MAIL_SERVER is set.

Sent beside the request: how long an answer takes says nothing of whether the address is known, and a mail server
that hangs holds nobody up.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from email.message import EmailMessage
from typing import Any

from flask import Flask
from flask_security import MailUtil as LibraryMailUtil
from flask_security import Security

from service.addresses import address
from service.context import current_parts
from service.settings import SettingError, Settings

log = logging.getLogger(__name__)

TIMEOUT_S = 30
FOR_GOOD = 500  # SMTP's codes from here on say that another try is of no use (RFC 5321, 4.2.1)


class MailUtil(LibraryMailUtil):
    """Flask-Security's mails, handed to the SMTP server of the settings."""

    def normalize(self, email: str) -> str:
        """An address as it was typed or pasted, with the spaces around it gone."""
        return super().normalize(email.strip())

    def send_mail(self, template: str, subject: str, recipient: str, sender: str, body: str, html: None, **_: Any):
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = str(subject), str(sender), recipient
        message.set_content(body)
        settings = current_parts().settings
        threading.Thread(target=deliver, args=(settings, message), name="mail", daemon=True).start()


class MailUnavailable(Exception):
    """The mail server did not take a message now; worth another try."""


class MailRefused(Exception):
    """The mail server will never take this message for this person."""


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Hand one message to the SMTP server. A failure is logged: the person asks for another mail."""
    try:
        send(settings, message)
    except (MailUnavailable, MailRefused) as error:
        log.error("mail to %s cannot be sent: %s", settings.mail_server, error.__cause__)


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand one message to the SMTP server. Raises: MailUnavailable, MailRefused."""
    try:
        with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=TIMEOUT_S) as server:
            if settings.mail_use_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_username:
                server.login(settings.mail_username, settings.mail_password)
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        raise _kind(min(codes))(f"refused: {max(codes)}") from error
    except smtplib.SMTPDataError as error:
        raise _kind(error.smtp_code)(f"{error.smtp_code}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(type(error).__name__) from error


def _kind(smtp_code: int) -> type[MailRefused | MailUnavailable]:
    return MailRefused if smtp_code >= FOR_GOOD else MailUnavailable


def attach(app: Flask, security: Security, settings: Settings) -> None:
    """Tell the pages whether there is mail, and the mails where the service is.

    Raises: SettingError.
    """
    if settings.mail_server and not settings.public_url:
        # Else whoever asks for a reset chooses, with the Host header, where its secret link leads.
        raise SettingError("MAIL_SERVER needs PUBLIC_URL: links in mails begin with it")

    @security.forgot_password_context_processor
    def forgot() -> dict[str, bool]:
        return {"sends_mail": bool(settings.mail_server)}

    @security.mail_context_processor
    def links() -> dict[str, Any]:
        return {"reset_address": lambda token: address("security.reset_password", token=token)}
