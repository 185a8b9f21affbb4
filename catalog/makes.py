"""Makes: what a workshop shows publicly of the designs it makes. Nothing is shown that nobody has said yes to.

Two consents, each given by the workshop and taken back at once: that it makes a design, with its figures, and each
photo of an accepted piece. Figures are shown whole or not at all: a workshop chooses the designs it stands for, never
the batches. Without the first there is no second in public.
"""

from __future__ import annotations

from catalog.designs import MAX_ALT, clean_text
from catalog.errors import InvalidFields, RuleBroken
from catalog.text import LANGUAGES, Text

MAX_CAPTION = 200
MAX_REASON = 300
MOST_AT_ONCE = 60


def check_words(caption: Text, alt: Text) -> tuple[Text, Text]:
    """Caption and alternative text as they will be kept; the latter in one language at least.

    Raises: InvalidFields; a field is named with its language, such as `alt_id`.
    """
    caption, alt = (Text(clean_text(text.id), clean_text(text.en)) for text in (caption, alt))
    problems = {} if alt.get("id") else {"alt_id": "required"}
    for name, text, most in (("caption", caption, MAX_CAPTION), ("alt", alt, MAX_ALT)):
        problems |= {f"{name}_{language}": "too_long" for language in LANGUAGES if len(getattr(text, language)) > most}
    if problems:
        raise InvalidFields(problems)
    return caption, alt


def check_selection(count: int) -> None:
    """Raises: InvalidFields."""
    if count == 0:
        raise InvalidFields({"photos": "nothing_chosen"})
    if count > MOST_AT_ONCE:
        raise InvalidFields({"photos": "too_many"})


def check_may_show(is_accepted: bool) -> None:
    """Raises: RuleBroken("piece_is_not_accepted"): a make stands for what the workshop delivers."""
    if not is_accepted:
        raise RuleBroken("piece_is_not_accepted")


def check_reason(reason: str) -> str:
    """Why a studio hides a make; the workshop reads it.

    Raises: InvalidFields.
    """
    reason = " ".join(clean_text(reason).split())
    if not reason:
        raise InvalidFields({"reason": "required"})
    if len(reason) > MAX_REASON:
        raise InvalidFields({"reason": "too_long"})
    return reason
