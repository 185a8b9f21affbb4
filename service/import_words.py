"""What an import says of rows, columns and pictures, as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from service.licence_words import terms_in_words
from service.messages import FIELD_PROBLEMS, LIMITED_PROBLEMS, SENTENCES, limited_sentence

ROW_PROBLEMS = {
    # What a cell holds
    "formula": _l("This is a formula. Put its value there, or an apostrophe before it if it is a text."),
    "error_in_cell": _l("The spreadsheet shows an error here. Correct it, or empty the cell."),
    "date_in_cell": _l("The spreadsheet took this for a date. Format the cell as text and write it again."),
    "unknown_family": _l("There is no such family. Write one of: %(known)s."),
    "unknown_choice_of": _l("Write one of: %(known)s."),
    "other_family": _l("The family %(family)s has no such attribute. Empty this cell."),
    "not_yes_or_no": _l("Write yes or no."),
    "fewer_than_names": _l("There are more names than colours. Write a colour such as #8FB3A0 for each."),
    "required_with_names": _l("Names of colours need the column colours_hex beside them."),
    "empty_item": _l("There is a semicolon too many."),
    # Pictures
    "picture_twice": _l("The picture %(name)s stands there twice."),
    "more_than_pictures": _l("There are more descriptions than pictures."),
    "picture_missing": _l("The picture %(name)s is not here. Send it below, or take it out of the cell."),
    "picture_ambiguous": _l("Several pictures are called %(name)s. Write it with its folder."),
    "picture_not_taken": _l("The picture %(name)s could not be read; see above."),
    # Tech packs
    "tech_pack_missing": _l("The tech pack %(name)s is not here. Send the archive that has it, or remove the column."),
    "tech_pack_damaged": _l("The tech pack in the archive cannot be read. Export it anew."),
    "tech_pack_file_missing": _l("A file of the tech pack is not in the archive: its name begins with %(name)s."),
    # Rows and designs
    "not_a_published_design": _l("No design of that name was published, and no other row of this file is about it."),
    "original_not_imported": _l("It is derived from the design of row %(row)s, which has a problem itself."),
    "derived_in_a_circle": _l("These designs would be derived from one another. Empty this cell in one of the rows."),
    "duplicate_row": _l("Row %(row)s is about the same design."),
    "other_studio": _l("This design belongs to %(name)s; the import is for another studio."),
    "unknown_studio": _l("There is no studio called %(name)s, or there are several."),
    "more_cells_than_columns": _l("This row has more cells than there are columns."),
    "version_is_in_review": _l("This design waits for its review and does not change. Take it back first."),
    "changed_meanwhile": _l("Somebody changed this design since the check, so it was left alone. Start a new import."),
    "import_was_stopped": _l("The import was stopped before it came to this row."),
    "files_are_gone": _l("The files of this import are no longer here. Send them again."),
    "internal": _l("Something broke on our side. It has been written down."),
}
SHEET_PROBLEMS = {
    "sheet_has_no_rows": _l("There are column names, but no designs under them."),
    "too_many_rows": _l("There are more than %(most)s rows. Send them in parts."),
    "too_many_columns": _l("There are more than %(most)s columns."),
    "columns_in_one": _l(
        "All columns stand in one. Open a CSV by the import of your spreadsheet program, or work with the XLSX."
    ),
    "missing_column": _l("The column %(column)s is missing."),
    "unknown_column": _l("There is no column %(column)s. Rename it, or put # before its name to have it passed over."),
    "unknown_column_meant": _l("There is no column %(column)s. Did you mean %(meant)s?"),
    "duplicate_column": _l("The column %(column)s is there twice."),
}
PICTURE_PROBLEMS = {
    "picture_empty": _l("The file is empty."),
    "picture_not_an_image": _l("This is not a picture."),
    "picture_unsupported_format": _l("This kind of picture is not read. Save it as JPEG, PNG, WebP or HEIC."),
    "picture_truncated": _l("The picture is incomplete or damaged."),
    "picture_damaged": _l("The picture is damaged in the archive."),
    "picture_too_many_pixels": _l("The picture has too many pixels: 50 megapixels are the most."),
    "picture_too_large": _l("The file is larger than a picture may be."),
    "tech_pack_file_not_taken": _l(
        "This file of a tech pack is neither drawing nor picture, or it is damaged, locked, too large or there twice."
    ),
    "picture_encrypted": _l("The picture is locked with a password."),
    "picture_duplicate_name": _l("Another picture in the archive has the same name; this one was left out."),
    "picture_unsafe_name": _l("The name leads out of the archive or holds unprintable signs; it was left out."),
}
ACTIONS = {
    "new": _l("New design"),
    "draft": _l("Change of a draft"),
    "next_version": _l("New version"),
    "unchanged": _l("Unchanged"),
    "problem": _l("Problem"),
}
RESULTS = {
    "new": _l("Added"),
    "draft": _l("Draft changed"),
    "next_version": _l("New version started"),
    "unchanged": _l("Unchanged"),
    "problem": _l("Not imported"),
}
STATES = {
    "checking": _l("Being checked"),
    "refused": _l("Cannot be imported"),
    "checked": _l("Checked, nothing changed yet"),
    "importing": _l("Being imported"),
    "done": _l("Imported"),
    "cancelled": _l("Cancelled"),
}
_SENTENCES: Mapping[str, Any] = {**FIELD_PROBLEMS, **SENTENCES, **ROW_PROBLEMS, **SHEET_PROBLEMS, **PICTURE_PROBLEMS}


def problem_sentence(problem: Mapping[str, Any]) -> str:
    """The sentence for a problem as it is kept: {"code", "column", "details"}."""
    if problem["code"] in LIMITED_PROBLEMS and "most" in problem["details"]:
        return limited_sentence(problem["code"], problem["details"])
    found = _SENTENCES.get(problem["code"])
    if found is None:
        return gettext("This is not possible.")
    details = {"column": problem["column"], **terms_in_words(problem["details"])}
    if "most" in details:
        details["most"] = format_decimal(details["most"])
    return str(found) % details if "%(" in str(found) else str(found)


def problem_lines(problems: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each problem of a row as one line, its column first."""
    return [
        f"{problem['column']}: {problem_sentence(problem)}" if problem["column"] else problem_sentence(problem)
        for problem in problems
    ]
