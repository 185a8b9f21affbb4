"""Stable codes of the catalog and the engine, as sentences for people.

A test holds every code that can reach a person to a sentence here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from catalog.errors import InvalidFields
from service.licence_words import terms_in_words

PHOTO_PROBLEMS = {
    "empty": _l("The file is empty. Choose the photo again."),
    "not_an_image": _l("This is not a photo."),
    "unsupported_format": _l("This kind of picture is not read. Send a JPEG, PNG, WebP or HEIC photo."),
    "truncated": _l("The file is incomplete or damaged. Send it again or take the photo again."),
    "too_many_pixels": _l("The picture has too many pixels. Set the camera to 50 megapixels or less."),
    "missing_file": _l("No photo arrived. Choose one and send it again."),
    "photo_too_large": _l("The photo is larger than %(most)s MB. Set the camera to a smaller size."),
}

RULES = {
    "not_found": _l("There is nothing at this address, or it is not yours to see."),
    "forbidden": _l("Your account may not do this."),
    "rule_broken": _l("This is not possible."),
    "invalid_fields": _l("Some fields need another look."),
    "wrong_state": _l("This is no longer possible: it has moved on in the meantime."),
    "organisation_not_found": _l("There is no such organisation."),
    "design_not_found": _l("There is no such design."),
    "photo_query_not_found": _l("The search with this photo has expired. Search with the photo again."),
    "picture_not_found": _l("There is no such picture."),
    "standard_not_found": _l("There is no such reference standard."),
    "batch_not_found": _l("There is no such batch."),
    "photo_not_found": _l("There is no such photo."),
    "not_complete": _l("The design is not complete yet."),
    "too_many_pictures": _l("A design has at most %(most)s pictures."),
    "version_is_published": _l("A published version does not change. Start a new version."),
    "version_is_in_review": _l("A version in review does not change. Take it back first."),
    "version_is_not_in_review": _l("This version does not wait for a review."),
    "own_submission": _l("Somebody else of your studio, or an administrator, looks at what you submitted."),
    "version_is_retired": _l("This version is retired. Start a new version for a new standard."),
    "draft_has_standards": _l(
        "This draft has a reference standard, which would be left without its design: the draft stays."
    ),
    "draft_is_original": _l(
        "Another draft is derived from this one, so this one stays. Throw the other away first, or change its origin."
    ),
    "draft_is_being_imported": _l("An import is still at work on this design. Wait until it is done, or stop it."),
    "draft_has_changed": _l(
        "This draft was saved after you opened the page, or is being saved right now. Look at it once more first."
    ),
    "changed_meanwhile": _l("Somebody else saved this in the meantime."),
    "submitted_anew": _l("It was taken back and submitted anew while you read it. This is how it is now."),
    "version_is_not_published": _l("This version is not published."),
    "standard_is_closed": _l("This standard is being fitted or is in use and does not change. Start a new one."),
    "standard_is_not_fitted": _l("A standard is activated after it has been fitted."),
    "standard_is_not_active": _l("This standard is not in use at the moment."),
    "too_many_references": _l("A standard has at most %(most)s reference photos."),
    "too_few_references": _l("A standard needs at least %(least)s reference photos; %(count)s are here."),
    "photo_is_not_judged": _l("There is no verdict on this photo to agree or disagree with."),
    "corrections_changed": _l(
        "Corrections or the limit have changed since this page was shown. Look at the new figures before you use them."
    ),
    "nothing_to_change": _l("The corrections do not ask for another limit."),
    "limit_is_in_force": _l("This limit is in force already."),
    "calibration_not_found": _l("This standard never had such a limit."),
    "batch_is_full": _l("A batch holds at most %(most)s photos. Start another one for the rest."),
    "batch_has_photos": _l(
        "This batch has photos, so it stays: what was received is kept, with everything that was found on it."
    ),
    "inquiry_not_found": _l("There is no such inquiry."),
    "quotation_not_found": _l("There is no such quotation."),
    "attachment_not_found": _l("There is no such file."),
    "notification_not_found": _l("There is no such news."),
    "link_not_known": _l("This link is not known any more."),
    "inquiry_moved_on": _l("The inquiry has moved on in the meantime: this is no longer possible."),
    "not_your_part": _l("This is for another party of the inquiry to decide."),
    "several_studios": _l("An inquiry goes to one studio. Ask the others by themselves."),
    "quotation_expired": _l("This quotation is no longer valid. Ask for a new one."),
    "quotation_replaced": _l("A newer quotation has taken the place of this one."),
    "quotation_taken_back": _l("This quotation was taken back."),
    "quotation_has_no_sample": _l("This quotation offers no sample."),
    "too_many_workshops": _l("An inquiry has at most %(most)s workshops."),
    "too_many_inquiries": _l("You have asked for %(most)s quotations within a day. Go on tomorrow."),
    "too_many_messages": _l("You have written %(most)s times within an hour. Take a break, then go on."),
    "too_often": _l("That was too often in a short time. Wait a little, then go on."),
    "message_too_large": _l("The files are more than %(most)s MB together. Send them with several messages."),
    "attachment_too_large": _l("%(name)s is larger than %(most)s MB."),
    "attachment_empty": _l("%(name)s is empty."),
    "attachment_damaged": _l("%(name)s is incomplete or damaged."),
    "attachment_not_taken": _l("%(name)s is no photo, PDF or spreadsheet."),
    "attachment_has_macros": _l("%(name)s has macros in it. Save it as a spreadsheet without them."),
    "tech_pack_not_found": _l("There is no tech pack here, or it is not yours to see."),
    "drawing_too_large": _l("%(name)s is larger than %(most)s MB."),
    "drawing_not_taken": _l("%(name)s is no PDF, SVG or DXF."),
    "drawing_damaged": _l("%(name)s cannot be read: it is damaged or incomplete. Save it anew and send it again."),
    "drawing_has_password": _l("%(name)s has a password. Save it without one."),
    "drawing_too_long": _l("%(name)s has too many pages or lines. Divide it into several drawings."),
    "drawing_acts": _l("%(name)s has scripts or other files in it. Save it as a plain drawing."),
    "drawing_reaches_out": _l("%(name)s shows pictures that are not in the file. Embed them and save it anew."),
    "drawing_has_no_size": _l("%(name)s does not say how large it is. Give the page a size and save it anew."),
    "drawing_is_empty": _l("%(name)s has nothing drawn in it."),
    "make_not_found": _l("There is no such make, or it is not shown any more."),
    "workshop_not_found": _l("There is no such workshop, or it shows nothing here."),
    "piece_is_not_accepted": _l("Only photos of accepted pieces can be shown. Load the page again."),
    "person_not_found": _l("There is no such person."),
    "own_account": _l("You cannot switch off your own account. Ask another owner or an administrator."),
    "collection_not_found": _l("There is no such collection, or its link is no longer shared."),
    "too_many_collections": _l("You have %(most)s collections, and there is no room for more. Delete one first."),
    "collection_is_full": _l("A collection holds at most %(most)s designs. Start another one for the rest."),
    "too_many_favourites": _l("You have %(most)s favourites, and there is no room for more. Take some away first."),
    "too_many_tokens": _l("An account has at most %(most)s tokens. Revoke one that is no longer used."),
    "import_too_large": _l("The files are larger than %(most)s MB together. Send the pictures in parts."),
    "import_not_found": _l("There is no such import."),
    "import_is_closed": _l("This import is over. Start a new one."),
    "import_is_not_checked": _l("The rows are still being checked. Wait a moment."),
    "import_is_confirmed": _l("This import was confirmed already: it is under way."),
    "nothing_to_import": _l("No row would change anything."),
    "no_sheet": _l("There is no spreadsheet among the files. Send one as CSV or XLSX."),
    "several_sheets": _l("There is more than one spreadsheet: %(names)s. Send one at a time."),
    "no_second_sheet": _l("This import has its spreadsheet already. Send pictures here, or start a new import."),
    "archive_is_broken": _l("The archive cannot be opened: it is damaged, or no ZIP. Make it again and send it."),
    "archive_too_large": _l("Unpacked, the archive is larger than %(most)s MB. Send the pictures in parts."),
    "archive_has_too_many_files": _l("The archive holds more than %(most)s files. Send the pictures in parts."),
    "sheet_is_empty": _l("The spreadsheet is empty."),
    "sheet_too_large": _l("The spreadsheet is larger than %(most)s MB. Send it in parts."),
    "sheets_are_hidden": _l("All sheets of the workbook are hidden. Show the one with the designs and save it again."),
    "sheet_is_old": _l("This is an old Excel file, or one with a password. Save it as XLSX without a password."),
    "sheet_not_supported": _l("This kind of spreadsheet is not read. Save it as XLSX or CSV."),
    "sheet_is_broken": _l("The spreadsheet is damaged and cannot be read to its end. Save it anew and send it again."),
    "sheet_is_no_text": _l("This is no spreadsheet. Send one as CSV in UTF-8, or as XLSX."),
}

FIELD_PROBLEMS = {
    "required": _l("Please fill this in."),
    "too_long": _l("This is too long."),
    "too_many": _l("These are too many."),
    "nothing_chosen": _l("Choose at least one photo."),
    "unknown_choice": _l("Choose one of the list."),
    "out_of_range": _l("This number is out of range."),
    "less_than_nothing": _l("This is more than the target: it would allow less than nothing."),
    "not_text": _l("Write a text."),
    "wrong_type": _l("The API takes another type here."),
    "not_an_identifier": _l("This is not an identifier as the API gives them."),
    "unknown_field": _l("There is no such field."),
    "not_a_number": _l("Write a number, such as 12.5."),
    "ambiguous_number": _l("This can be read in two ways. Write it without the point or comma, such as 1200 or 1.2."),
    "region_out_of_photo": _l("The part reaches out of the photo."),
    "region_too_small": _l("The part is smaller than a tenth of the photo's side."),
    "not_a_published_design": _l("This is no design that was published."),
    "may_not_be_derived": _l("The licence of that design lets nobody else derive from it. Ask its studio."),
    "stays_derived": _l(
        "The published version comes from another design, and so does this one. What comes from none is a new design."
    ),
    "not_as_original_asks": _l(
        "The design it comes from is under %(licence)s, so this one has to be under %(allowed)s."
    ),
    "lower_than_original": _l("The royalty is lower than that of the design it comes from."),
    "other_currency_than_original": _l("Use the currency of the design it comes from."),
    "far_from_last": _l("This is far from the last rate. Look at it again; if it is right, say so below."),
    "in_the_future": _l("This day is still to come."),
    "not_a_whole_number": _l("Write a whole number, such as 120."),
    "too_many_decimals": _l("Write an amount with at most two decimals."),
    "not_a_date": _l("Write a date as year-month-day, such as 2027-03-31."),
    "date_is_past": _l("This day is over."),
    "date_is_far": _l("This day is years away. Was it meant?"),
    "too_many_files": _l("These are too many files for one message."),
    "not_a_colour": _l("Write a colour as #RRGGBB."),
    "reference_taken": _l("Another design of the studio has this number."),
    "not_an_email": _l("Write an e-mail address, such as name@example.org."),
    "email_taken": _l("Somebody already signs in with this address."),
}

# The same where it is known how much there may be.
LIMITED_PROBLEMS = {
    "too_long": _l("This is too long: %(most)s characters are the most."),
    "too_many": _l("These are too many: %(most)s are the most."),
    "out_of_range": _l("Write a number above 0 and up to %(most)s."),
}
BETWEEN = _l("Write a number from %(least)s to %(most)s.")


def _(text: str) -> str:
    """Marks a text for translation that Flask-Security translates itself, when it uses it."""
    return text


# Flask-Security's sentences in our words, as (text, kind of flash). Those that it can show here, no others.
SIGN_IN = {
    "GENERIC_AUTHN_FAILED": (
        _("This e-mail address and password do not belong together. Check both and try again."),
        "error",
    ),
    "PASSWORD_RESET_REQUEST": (
        _("If somebody signs in here with %(email)s, a link to choose a new password is on its way to it."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (_("This link was good for %(within)s. Ask for a new one."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_("This link does not work any more. Ask for a new one."), "error"),
    "PASSWORD_RESET_NO_LOGIN": (_("Your new password is saved. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (_("Your new password is saved. Other devices have been signed out."), "success"),
    "EMAIL_NOT_PROVIDED": (_("Write your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (_("Write an e-mail address, such as name@example.org."), "error"),
    "PASSWORD_NOT_PROVIDED": (_("Write your password."), "error"),
    "PASSWORD_INVALID_LENGTH": (_("A password has at least %(length)s characters."), "error"),
    "PASSWORD_TOO_SIMPLE": (_("This password is easy to guess. Choose another one."), "error"),
    "PASSWORD_IS_THE_SAME": (_("This is the password you have already. Choose another one."), "error"),
    "INVALID_PASSWORD": (_("This is not your present password."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two passwords are not the same. Write the new one twice."), "error"),
    "UNAUTHENTICATED": (_("Sign in to see this."), "error"),
    "ANONYMOUS_USER_REQUIRED": (_("You are signed in already."), "info"),
    "API_ERROR": (_("This field cannot be read."), "error"),
}
MAIL_SUBJECTS = {
    "PASSWORD_RESET": _("Choose a new password for Kriya"),
    "PASSWORD_NOTICE": _("Your password for Kriya was changed"),
    "PASSWORD_CHANGE_NOTICE": _("Your password for Kriya was changed"),
}

SENTENCES = {**RULES, **PHOTO_PROBLEMS}


def sentence(code: str, details: Mapping[str, Any] | None = None) -> str:
    """The sentence for a code in the language of this request."""
    found = SENTENCES.get(code)
    if found is None:
        return gettext("This is not possible.")
    return str(found) % dict(details or {}) if details else str(found)


def field_sentence(code: str, about: Mapping[str, object] | None = None) -> str:
    """`about` is what the sentence names: see InvalidFields."""
    if about and "most" in about:
        return limited_sentence(code, about)
    found = str(FIELD_PROBLEMS.get(code, FIELD_PROBLEMS["required"]))
    return found % terms_in_words(about) if about and "%(" in found else found


def limited_sentence(code: str, limits: Mapping[str, object]) -> str:
    """What is said of a field that holds too much, or a number out of its range; `limits` are "most" and "least"."""
    found = BETWEEN if "least" in limits else LIMITED_PROBLEMS[code]
    return str(found) % {name: format_decimal(limits[name]) for name in ("least", "most") if name in limits}


def field_sentences(error: InvalidFields | None) -> dict[str, str]:
    """What to say beside each field of a form; nothing when nothing is wrong."""
    if error is None:
        return {}
    return {name: field_sentence(code, error.about.get(name)) for name, code in error.fields.items()}
