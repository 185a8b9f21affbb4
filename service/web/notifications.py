"""What happened while a person was away, and whether they hear of it by e-mail."""

from __future__ import annotations

import datetime
import uuid

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from catalog.errors import NotFound
from catalog.notifications import MailChoice
from catalog.permissions import Permission
from catalog.store import notifications
from service.context import current_parts
from service.database import current_session
from service.notification_words import path_of, sentence_of
from service.security import current_actor, requires
from service.web.paging import asked_page, count_pages

PAGE_SIZE = 30
MAIL_STATE_DAYS = 7

blueprint = Blueprint("notifications", __name__)
blueprint.add_app_template_filter(sentence_of, "notification_sentence")

CHOICES = {
    MailChoice.AT_ONCE: (_l("At once"), _l("A mail for each piece of news.")),
    MailChoice.DAILY: (_l("Once a day"), _l("One mail in the morning with what you have not read yet.")),
    MailChoice.NONE: (_l("Never"), _l("You find the news here when you sign in.")),
}


@blueprint.app_template_global()
def unread_notifications() -> int:
    """How many this person has not read; asked once a request, and of nobody who is not signed in."""
    person_id = current_actor().person_id
    if person_id is None:
        return 0
    if "unread_notifications" not in g:
        g.unread_notifications = notifications.count_unread(current_session(), person_id)
    return g.unread_notifications


@blueprint.app_template_global()
def sends_mail() -> bool:
    return bool(current_parts().settings.mail_server)


@blueprint.app_template_global()
def mail_state() -> tuple[int, int]:
    """(notifications mailed, refused by the mail server) of the last MAIL_STATE_DAYS days, for administrators."""
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=MAIL_STATE_DAYS)
    return notifications.mail_counts(current_session(), since)


@blueprint.get("/notifications")
@requires(Permission.USE_ACCOUNT)
def index() -> str:
    session, person_id = current_session(), current_actor().person_id
    page = asked_page()
    count = notifications.count_notifications(session, person_id)
    found = notifications.notifications_of(session, person_id, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    pages = count_pages(count, PAGE_SIZE)
    return render_template("notifications/index.html", found=found, page=page, pages=pages)


@blueprint.get("/notifications/<uuid:notification_id>")
@requires(Permission.USE_ACCOUNT)
def follow(notification_id: uuid.UUID) -> Response:
    """Go to what a notification is about; with that it is read."""
    session, person_id = current_session(), current_actor().person_id
    found = notifications.get_notification(session, notification_id)
    if found.person_id != person_id:
        raise NotFound("notification_not_found")
    notifications.mark_read(session, person_id, found.subject_id)
    return redirect(path_of(found))


@blueprint.post("/notifications/read")
@requires(Permission.USE_ACCOUNT)
def read_all() -> Response:
    notifications.mark_read(current_session(), current_actor().person_id)
    return redirect(url_for("notifications.index"), 303)


@blueprint.route("/notifications/mail", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def choose() -> Response | str:
    """Raises: InvalidFields."""
    session, person_id = current_session(), current_actor().person_id
    if request.method == "POST":
        notifications.choose_mail(session, person_id, request.form.get("mail", ""))
        flash(gettext("Saved."), "success")
        return redirect(url_for("notifications.choose"), 303)
    return render_template(
        "notifications/choose.html", chosen=notifications.mail_choice(session, person_id), choices=CHOICES
    )


@blueprint.route("/notifications/mail/<uuid:mail_token>", methods=["GET", "POST"])
@requires(Permission.BROWSE_CATALOG)
def unsubscribe(mail_token: uuid.UUID) -> Response | str:
    """The link in every mail: who has it ends or thins out the mails without signing in, and can do nothing else."""
    session = current_session()
    person_id = notifications.person_of_token(session, mail_token)
    if request.method == "POST":
        notifications.choose_mail(session, person_id, request.form.get("mail", ""))
        flash(gettext("Saved."), "success")
        return redirect(url_for("notifications.unsubscribe", mail_token=mail_token), 303)
    chosen = notifications.mail_choice(session, person_id)
    return render_template("notifications/choose.html", chosen=chosen, choices=CHOICES, is_by_link=True)
