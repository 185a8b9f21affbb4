"""What a design says of its family's attributes, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import format_decimal, gettext

from catalog.families import Attribute, Choice, Kind, Value, find_family, is_said
from service.language import current_language


def attribute_name(attribute: Attribute) -> str:
    return attribute.name.get(current_language())


def attribute_words(attribute: Attribute, value: Value | None) -> str:
    """A value in words, such as "1.240 °C" or "Putar, Ukir"; empty where nothing is said.

    A choice that the family no longer has is shown by its code rather than not at all.
    """
    if value is None or not is_said(value):
        return ""
    match attribute.kind:
        case Kind.NUMBER:
            return f"{format_decimal(value)} {attribute.unit}".rstrip()
        case Kind.CHOICE:
            return _choice_words(attribute, value)
        case Kind.CHOICES:
            return ", ".join(_choice_words(attribute, code) for code in value)
        case Kind.YES_NO:
            return gettext("Yes") if value else gettext("No")
        case Kind.TEXT:
            return value.get(current_language())


def bounds_in_words(attribute: Attribute) -> str:
    """What a number may be, such as "600 – 1.450 °C"; empty without bounds."""
    low, high = attribute.minimum, attribute.maximum
    if low is None and high is None:
        return ""
    if low is None or high is None:
        words = gettext("at least %(number)s") if high is None else gettext("at most %(number)s")
        bounds = words % {"number": format_decimal(high if low is None else low)}
    else:
        bounds = f"{format_decimal(low)} – {format_decimal(high)}"
    return f"{bounds} {attribute.unit}".rstrip()


def choice_pair(choice: Choice) -> tuple[str, str]:
    """A choice as a form offers it: (code, words)."""
    return choice.code, choice.name.get(current_language())


def _choice_words(attribute: Attribute, code: str) -> str:
    name = attribute.choice_name(code)
    return name.get(current_language()) if name else code


def attributes_in_words(craft: str, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """(name, words) of what is said, in the order of the family."""
    family = find_family(craft)
    pairs = (
        (attribute_name(each), attribute_words(each, values.get(each.code)))
        for each in (family.attributes if family else ())
    )
    return [(name, words) for name, words in pairs if words]
