"""What the fields of a design are called, on its form and where versions are compared."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from catalog.text import LANGUAGES
from service.language import LANGUAGE_NAMES
from service.words import DIMENSIONS as DIMENSION_NAMES

TEXT_LABELS = {
    "title": _l("Title"),
    "description": _l("Description"),
    "story": _l("Story"),
    "technique": _l("Technique"),
    "care": _l("Care"),
    "photo_note": _l("About the pictures"),
}
OTHER_LABELS = {
    "craft": _l("Craft"),
    "attributes": _l("What this craft asks for"),
    "materials": _l("Materials"),
    "dimensions_mm": _l("Sizes"),
    **DIMENSION_NAMES,
    "colours": _l("Colours"),
    "origin": _l("Made in"),
    "lead_time_days": _l("Lead time"),
    "minimum_order": _l("Smallest order"),
    "price": _l("Indicative price"),
    "derived_from_id": _l("Derived from"),
    "licence": _l("Licence"),
    "royalty": _l("Royalty for each piece"),
    "credit": _l("Credit line"),
    "reference": _l("Your own number"),
}


def design_labels() -> dict[str, str]:
    """By the name of the field, but for what a craft asks. A text has a field for each language."""
    texts = {
        f"{name}_{language}": f"{label} ({LANGUAGE_NAMES[language]})"
        for name, label in TEXT_LABELS.items()
        for language in LANGUAGES
    }
    return texts | {name: str(label) for name, label in OTHER_LABELS.items()}
