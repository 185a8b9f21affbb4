"""Makes: a workshop chooses what it shows of the designs it makes, and a studio what stands on its design's page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from catalog.errors import InvalidFields, NotFound, RuleBroken
from catalog.makes import MAX_CAPTION, MAX_REASON
from catalog.permissions import Permission, may_edit_design, may_see_batch, may_show_makes
from catalog.store import batches, designs, makes
from catalog.store.tables import Design, Make
from catalog.text import Text
from service.context import current_parts
from service.database import current_session
from service.images import WIDTHS_PX
from service.messages import field_sentence, field_sentences, sentence
from service.security import current_actor, requires
from service.web.paging import asked_page, count_pages

PAGE_SIZE = 24
MOST_OFFERED = 120

blueprint = Blueprint("makes", __name__)


@blueprint.get("/makes")
@requires(Permission.SHOW_MAKES)
def index() -> str:
    """Every design that the own workshop makes, and what is shown of it."""
    made = makes.designs_made(current_session(), current_actor().organisation_id)
    return render_template("makes/index.html", made=made, workshop_id=current_actor().organisation_id)


@blueprint.get("/makes/designs/<slug>")
@requires(Permission.SHOW_MAKES)
def choose(slug: str) -> str:
    """What is shown of one design: the figures, and which photos."""
    return _choose_page(_own_design(slug))


def _own_design(slug: str) -> Design:
    """A design that the own workshop makes. Raises: NotFound."""
    design = designs.get_design(current_session(), slug)
    makes.find_made(current_session(), current_actor().organisation_id, design.id)
    return design


def _choose_page(
    design: Design, typed: Mapping = {}, error: InvalidFields | None = None, wrong: uuid.UUID | None = None
) -> str:
    """`wrong` is the make whose words `typed` and `error` are about; None: photos that were to be shown."""
    session, workshop_id = current_session(), current_actor().organisation_id
    shown = makes.own_makes(session, workshop_id, design.id)
    used = {make.photo_id for make in shown}
    photos = [each for each in makes.accepted_photos(session, workshop_id, design.id) if each.id not in used]
    record = makes.find_made(session, workshop_id, design.id)
    return render_template(
        "makes/choose.html",
        design=design,
        title=(designs.published_version(design) or record.version).title,
        record=record,
        is_shown=makes.is_shown(session, workshop_id, design.id),
        is_published=designs.published_version(design) is not None,
        shown=shown,
        photos=photos[:MOST_OFFERED],
        left_out=max(0, len(photos) - MOST_OFFERED),
        public_ids=makes.public_ids(session, [make.id for make in shown]),
        chosen=set(typed.getlist("photo")) if hasattr(typed, "getlist") else set(),
        typed=typed,
        errors=field_sentences(error),
        wrong=wrong,
        max_caption=MAX_CAPTION,
    )


@blueprint.post("/makes/designs/<slug>/shown")
@requires(Permission.SHOW_MAKES)
def set_shown(slug: str) -> Response:
    """Let it be seen that the workshop makes a design, or take that back."""
    session, actor, design = current_session(), current_actor(), _own_design(slug)
    if request.form.get("shown") == "1":
        makes.show_design(session, actor.organisation_id, design.id, actor.person_id)
        flash(gettext("It is public now that you make this design, with its figures."), "success")
    else:
        makes.stop_showing(session, actor.organisation_id, design.id)
        flash(gettext("Nothing of this design is shown any more, photos included."), "success")
    return redirect(url_for("makes.choose", slug=slug), 303)


@blueprint.get("/makes/designs/<slug>/photos")
@requires(Permission.SHOW_MAKES)
def choose_again(slug: str) -> Response:
    """The address at which the form is answered, asked for as a page."""
    return redirect(url_for("makes.choose", slug=_own_design(slug).slug, lang=request.args.get("lang")))


@blueprint.post("/makes/designs/<slug>/photos")
@requires(Permission.SHOW_MAKES)
def show_photos(slug: str) -> Response | tuple[str, int]:
    """Show the photos that were chosen, all with the same words; each can have its own afterwards."""
    session, actor, design = current_session(), current_actor(), _own_design(slug)
    try:
        count = makes.show_photos(
            session, actor.organisation_id, design.id, _chosen_photos(), *_words(request.form), actor.person_id
        )
    except InvalidFields as error:
        return _choose_page(design, request.form, error), 422
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(ngettext("%(num)d photo is shown.", "%(num)d photos are shown.", count), "success")
    return redirect(url_for("makes.choose", slug=slug), 303)


def _chosen_photos() -> set[uuid.UUID]:
    return set(request.form.getlist("photo", type=uuid.UUID))


def _words(form: Mapping[str, str]) -> tuple[Text, Text]:
    caption, alt = (Text(form.get(f"{name}_id", ""), form.get(f"{name}_en", "")) for name in ("caption", "alt"))
    return caption, alt


@blueprint.post("/makes/<uuid:make_id>/words")
@requires(Permission.SHOW_MAKES)
def change_words(make_id: uuid.UUID) -> Response | tuple[str, int]:
    make = _own_make(make_id)
    try:
        makes.change_words(current_session(), make, *_words(request.form))
    except InvalidFields as error:
        return _choose_page(make.design, request.form, error, wrong=make.id), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("makes.choose", slug=make.design.slug), 303)


@blueprint.post("/makes/<uuid:make_id>/withdraw")
@requires(Permission.SHOW_MAKES)
def withdraw(make_id: uuid.UUID) -> Response:
    """Take the consent to a photo back: from the next request on nobody else sees it."""
    make, actor = _own_make(make_id), current_actor()
    makes.withdraw(current_session(), actor.organisation_id, [make.id], actor.person_id)
    flash(gettext("The photo is not shown any more."), "success")
    return redirect(url_for("makes.choose", slug=make.design.slug), 303)


def _own_make(make_id: uuid.UUID) -> Make:
    """Raises: NotFound, also for those of others."""
    make = makes.get_make(current_session(), make_id)
    if not may_show_makes(current_actor(), make.workshop_id):
        raise NotFound("make_not_found")
    return make


@blueprint.get("/designs/<slug>/makes")
@requires(Permission.BROWSE_CATALOG)
def gallery(slug: str) -> str:
    """All photos that workshops show of a design; its studio hides what does not belong there."""
    session, design = current_session(), designs.get_design(current_session(), slug)
    version = designs.published_version(design)
    if version is None:
        raise NotFound("design_not_found")
    is_studio = may_edit_design(current_actor(), design.studio_id)
    count = makes.count_makes_of_design(session, design.id, with_hidden=is_studio)
    pages, page = count_pages(count, PAGE_SIZE), asked_page()
    if page > pages:
        abort(404)
    shown = makes.makes_of_design(
        session, design.id, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, with_hidden=is_studio
    )
    return render_template(
        "makes/gallery.html",
        design=design,
        version=version,
        photos=shown,
        count=count,
        page=page,
        pages=pages,
        is_studio=is_studio,
        max_reason=MAX_REASON,
    )


@blueprint.post("/makes/<uuid:make_id>/hide")
@requires(Permission.HIDE_MAKES)
def hide(make_id: uuid.UUID) -> Response:
    """Take a make off the design's page, with a reason that the workshop reads."""
    make, session = _make_of_own_design(make_id), current_session()
    try:
        makes.hide(session, make, request.form.get("reason", ""), current_actor().person_id)
    except InvalidFields as error:
        flash(gettext("Write the reason: %(problem)s", problem=field_sentence(error.fields["reason"])), "error")
    else:
        flash(gettext("It is off the design's page. The workshop reads why."), "success")
    return _back_to_gallery(make)


@blueprint.post("/makes/<uuid:make_id>/show-again")
@requires(Permission.HIDE_MAKES)
def show_again(make_id: uuid.UUID) -> Response:
    make = _make_of_own_design(make_id)
    makes.show_again(current_session(), make)
    flash(gettext("It is on the design's page again."), "success")
    return _back_to_gallery(make)


def _make_of_own_design(make_id: uuid.UUID) -> Make:
    """Raises: NotFound, also for those of designs of others, and for what its workshop has withdrawn."""
    make = makes.get_make(current_session(), make_id)
    if make.withdrawn_at is not None or not may_edit_design(current_actor(), make.design.studio_id):
        raise NotFound("make_not_found")
    return make


def _back_to_gallery(make: Make) -> Response:
    return redirect(url_for("makes.gallery", slug=make.design.slug, _anchor=f"make-{make.id}"), 303)


@blueprint.get("/makes/<uuid:make_id>/<int:width_px>.webp")
@requires(Permission.BROWSE_CATALOG)
def picture(make_id: uuid.UUID, width_px: int) -> Response:
    """A make's photo: pixels alone, without what the camera wrote beside them.

    Whoever keeps it asks each time whether it may still be shown: consent is revocable at once.
    """
    make = makes.find_public(current_session(), make_id) or _make_seen_in_batch(make_id)
    if width_px not in WIDTHS_PX:
        abort(404)
    response = Response(mimetype="image/webp")
    response.set_etag(f"{make.photo.image_key}-{width_px}")
    response.headers["Cache-Control"] = "private, no-cache"
    if not request.if_none_match.contains(response.get_etag()[0]):
        response.set_data(current_parts().derivatives.get(make.photo.image_key, width_px))
    return response.make_conditional(request)


def _make_seen_in_batch(make_id: uuid.UUID) -> Make:
    """One that is not public, for those who see the batch anyway. Raises: NotFound."""
    session = current_session()
    make = makes.get_make(session, make_id)
    if not may_see_batch(current_actor(), batches.ownership(session, make.photo.batch)):
        raise NotFound("make_not_found")
    return make
