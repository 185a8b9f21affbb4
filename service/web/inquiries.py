"""Inquiries: a buyer asks a studio for a quotation, and everybody in it finds it in their list."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.attachments import MAX_ATTACHMENTS
from catalog.errors import NotFound, RuleBroken
from catalog.inquiries import MAX_TEXT, Action, Party, may_act
from catalog.permissions import Permission, may
from catalog.store import designs, inquiries, inquiry_threads
from catalog.store.inquiry_threads import today
from catalog.store.tables import DesignVersion, Inquiry, InquiryEntry
from service.attachments import ACCEPTED
from service.context import current_parts
from service.database import current_session
from service.errors import problem_of
from service.inquiries import ask, get_part, open_thread
from service.language import current_language
from service.money_words import currency_choices
from service.notification_words import subject_of
from service.security import current_actor, requires
from service.storage import StorageUnavailable
from service.web import inquiry_words as words
from service.web.inquiry_form import Form, label_of, new_token, parse_token, read_inquiry, take_inquiry
from service.web.paging import asked_page, count_pages

PAGE_SIZE = 20
# All files of a message together: they are held in memory while they are looked at.
MAX_MESSAGE_MB = 60

blueprint = Blueprint("inquiries", __name__)
blueprint.add_app_template_filter(words.country_name, "country_name")
blueprint.add_app_template_filter(words.event_sentence, "event_sentence")
blueprint.add_app_template_filter(words.title_of, "inquiry_details")
blueprint.add_app_template_filter(subject_of, "subject_of")
blueprint.add_app_template_global(words.money_in_words, "money_in_words")
blueprint.add_app_template_global(words.quotation_total, "quotation_total")
blueprint.add_app_template_global(new_token, "new_token")


@blueprint.url_value_preprocessor
def let_files_come(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Before the form is read, and only for those who may send files.

    Raises: RuleBroken("message_too_large").
    """
    if request.method != "POST" or not may(current_actor(), Permission.USE_INQUIRIES):
        return
    request.max_content_length = (MAX_MESSAGE_MB + 1) * 1_000_000
    if (request.content_length or 0) > request.max_content_length:
        request.max_content_length = None
        raise RuleBroken("message_too_large", most=MAX_MESSAGE_MB)


def files_of_form() -> list[tuple[str, bytes]]:
    """(name, bytes) of each file that was chosen."""
    return [(each.filename, each.read()) for each in request.files.getlist("attachments") if each.filename]


def file_limits() -> dict[str, Any]:
    """What the pages say of files, and js/inquiry.js checks before a slow line is used for nothing."""
    return {
        "most_files": MAX_ATTACHMENTS,
        "most_mb": current_parts().settings.max_photo_mb,
        "most_message_mb": MAX_MESSAGE_MB,
        "accepted": ACCEPTED,
        "most_letters": MAX_TEXT,
    }


def with_lost_files(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a form, and that the files chosen with it have to be chosen again: no browser keeps them."""
    names = ", ".join(each.filename for each in request.files.getlist("attachments") if each.filename)
    if not names:
        return dict(errors)
    lost = gettext("Choose the files again, they were not kept: %(names)s.", names=names)
    return {**errors, "attachments": f"{errors.get('attachments', '')} {lost}".strip()}


@blueprint.get("/inquiries")
@requires(Permission.USE_INQUIRIES)
def index() -> str:
    session, actor = current_session(), current_actor()
    page = asked_page()
    count = inquiries.count_inquiries_of(session, actor)
    found = inquiries.inquiries_of(session, actor, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    viewers = {each.id: inquiries.viewer_of(each, actor) for each in found}
    makers = inquiry_threads.chosen_makers(session, viewers)
    return render_template(
        "inquiries/index.html",
        inquiries=found,
        unread=inquiry_threads.count_unread(session, actor.person_id, viewers),
        badges={each.id: words.state_badge(each.state, viewers[each.id], makers.get(each.id)) for each in found},
        page=page,
        pages=count_pages(count, PAGE_SIZE),
    )


@blueprint.get("/inquiries/new")
@requires(Permission.USE_ACCOUNT)
def new() -> str | tuple[str, int]:
    """The form for one design or several (`design=SLUG`, as often as needed); who does not buy is told why not."""
    if not may(current_actor(), Permission.ASK_FOR_QUOTATIONS):
        return render_template("inquiries/not_a_buyer.html")
    chosen, others = _chosen_designs(request.args.getlist("design"))
    if not chosen:
        return render_template("inquiries/no_design.html")
    values = {"token": new_token(), "currency": "EUR"}
    return form_page(Form(values, tuple(version.id for version in chosen)), chosen, others=others)


def _chosen_designs(slugs: list[str]) -> tuple[list[DesignVersion], list[DesignVersion]]:
    """The published versions of these designs: those of the first one's studio, and those of other studios."""
    session, found = current_session(), {}
    for slug in slugs[:100]:
        try:
            version = designs.published_version(designs.get_design(session, slug))
        except NotFound:
            continue
        if version is not None:
            found[version.id] = version
    versions = list(found.values())
    first = versions[0].design.studio_id if versions else None
    return (
        [version for version in versions if version.design.studio_id == first],
        [version for version in versions if version.design.studio_id != first],
    )


def form_page(
    form: Form,
    versions: list[DesignVersion],
    *,
    others: list[DesignVersion] = (),
    errors: dict[str, str] | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "inquiries/new.html",
        form=form,
        versions=versions,
        others=others,
        errors=errors or {},
        problem=problem,
        labels={name: label_of(name) for name in errors or {}},
        currencies=currency_choices(),
        terms=words.terms(),
        countries=words.countries(),
        **file_limits(),
    )


@blueprint.post("/inquiries")
@requires(Permission.ASK_FOR_QUOTATIONS)
def create() -> Response | tuple[str, int]:
    """Raises: InvalidFields, NotFound for what no form of ours sends."""
    session = current_session()
    form = read_inquiry(request.form)
    if not form.version_ids:
        return render_template("inquiries/no_design.html"), 422
    versions = inquiries.versions_to_ask_for(session, form.version_ids)
    try:
        inquiry = ask(
            session,
            current_parts(),
            current_actor(),
            take_inquiry(form, today()),
            files_of_form(),
            token=parse_token(form.get("token")),
            language=current_language(),
        )
    except (RuleBroken, StorageUnavailable) as error:
        session.rollback()
        problem = problem_of(error)
        versions = inquiries.versions_to_ask_for(session, form.version_ids)
        told = "" if problem.fields else problem.message
        return form_page(form, versions, errors=with_lost_files(problem.fields), problem=told), problem.status
    studio = inquiry.studio.name
    flash(gettext("Sent to %(studio)s. You are told here as soon as they answer.", studio=studio), "success")
    return redirect(url_for("inquiries.show", inquiry_id=inquiry.id), 303)


@blueprint.get("/inquiries/<uuid:inquiry_id>")
@requires(Permission.USE_INQUIRIES)
def show(inquiry_id: uuid.UUID) -> str:
    return thread_page(get_part(current_session(), current_actor(), inquiry_id))


def _first_new(entries: Sequence[InquiryEntry], read_before: int, person_id: uuid.UUID | None) -> int | None:
    """The number of the first entry by somebody else that this person has not read; none on a first visit."""
    new = (entry.number for entry in entries if entry.number > read_before and entry.person_id != person_id)
    return next(new, None) if read_before else None


def thread_page(
    inquiry: Inquiry,
    *,
    message: Form = Form(),
    quotation: Form | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
) -> str:
    """The thread with its forms; `message` and `quotation` are what was typed into a form that could not be taken."""
    session, actor = current_session(), current_actor()
    viewer = inquiries.viewer_of(inquiry, actor)
    entries, read_before = open_thread(session, inquiry, actor)
    may_invite = may_act(Action.INVITE, viewer.party, inquiry.state)
    maker_id = inquiry_threads.chosen_makers(session, [inquiry.id]).get(inquiry.id)
    return render_template(
        "inquiries/thread.html",
        inquiry=inquiry,
        viewer=viewer,
        entries=entries,
        numbers={entry.id: entry.number for entry in entries},
        first_new=_first_new(entries, read_before, actor.person_id),
        quotation_states=inquiry_threads.quotation_states(session, inquiry.id),
        can={action.value: may_act(action, viewer.party, inquiry.state) for action in Action},
        candidates=inquiries.workshops_to_invite(session, inquiry) if may_invite else [],
        message=message,
        quotation=quotation or _first_quotation(inquiry, viewer.party),
        is_quoting=quotation is not None,
        errors=errors or {},
        labels={name: label_of(name) for name in errors or {}},
        problem=problem,
        badge_of_state=words.state_badge(inquiry.state, viewer, maker_id),
        quotation_words=words.QUOTATION_STATES,
        parties=words.PARTIES,
        currencies=currency_choices(),
        terms=words.terms(),
        **file_limits(),
    )


def _first_quotation(inquiry: Inquiry, party: Party) -> Form:
    """A quotation as it begins: with what the buyer asked for."""
    asked = {
        "currency": inquiry.currency or "",
        "incoterm": inquiry.incoterm or "",
        "incoterm_place": inquiry.incoterm_place,
        "private": "1" if party == Party.STUDIO else "",
    }
    return Form(asked)
