"""What signing in says, in place of the library's own sentences: plainer, and in both languages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

_ERRORS = {
    "GENERIC_AUTHN_FAILED": _l("This e-mail address and password do not belong together. Check both and try again."),
    "EMAIL_NOT_PROVIDED": _l("Write your e-mail address."),
    "INVALID_EMAIL_ADDRESS": _l("Write an e-mail address, such as name@example.org."),
    "PASSWORD_NOT_PROVIDED": _l("Write your password."),
    "INVALID_PASSWORD": _l("This is not your present password."),
    "PASSWORD_INVALID_LENGTH": _l("A password has at least %(length)s characters."),
    "PASSWORD_IS_THE_SAME": _l("This is the password you have already. Choose another one."),
    "RETYPE_PASSWORD_MISMATCH": _l("The two passwords are not the same. Write the new one twice."),
    "INVALID_RESET_PASSWORD_TOKEN": _l("This link does not work any more. Ask for a new one."),
    "PASSWORD_RESET_EXPIRED": _l("This link was good for %(within)s. Ask for a new one."),
    "DISABLED_ACCOUNT": _l("This account is closed. Ask the owner of your organisation."),
    "UNAUTHENTICATED": _l("Sign in to see this."),
    "UNAUTHORIZED": _l("Your account may not do this."),
    "REAUTHENTICATION_REQUIRED": _l("Write your password once more to go on."),
    "ANONYMOUS_USER_REQUIRED": _l("You are signed in already."),
}
_NEWS = {
    "LOGIN": _l("Sign in to see this."),
    "REFRESH": _l("Write your password once more to go on."),
    "GENERIC_RECOVERY": _l("If this address is known here, a link to choose a new password is on its way to it."),
    "PASSWORD_RESET_REQUEST": _l("A link to choose a new password is on its way to %(email)s."),
}
_SUCCESSES = {
    "PASSWORD_RESET": _l("Your new password is saved, and you are signed in."),
    "PASSWORD_RESET_NO_LOGIN": _l("Your new password is saved. Sign in with it."),
    "PASSWORD_CHANGE": _l("Your new password is saved."),
}
_SUBJECTS = {
    "PASSWORD_RESET": _l("Choose a new password for Kriya"),
    "PASSWORD_NOTICE": _l("Your password for Kriya was changed"),
    "PASSWORD_CHANGE_NOTICE": _l("Your password for Kriya was changed"),
}


def message_config() -> dict[str, Any]:
    """Flask-Security's settings for its sentences and the subjects of its mails."""
    config: dict[str, Any] = {}
    for kind, sentences in (("error", _ERRORS), ("info", _NEWS), ("success", _SUCCESSES)):
        config |= {f"SECURITY_MSG_{name}": (words, kind) for name, words in sentences.items()}
    return config | {f"SECURITY_EMAIL_SUBJECT_{name}": words for name, words in _SUBJECTS.items()}
