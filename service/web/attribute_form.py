"""The fields of a craft family in the form of a design: made from families.toml, typed as the attributes ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict

from catalog.designs import clean_text
from catalog.families import Attribute, Family, Kind, Value, field_of
from catalog.numbers import parse_within
from catalog.text import LANGUAGES, Text
from service.attribute_words import attribute_name
from service.language import LANGUAGE_NAMES
from service.web.typed_numbers import format_size

PREFIX = "attribute_"
YES, NO = "yes", "no"

# What was typed, by the name of the field; several values where boxes are ticked.
Typed = Mapping[str, tuple[str, ...]]


def fields_of(attribute: Attribute) -> tuple[str, ...]:
    """The names of an attribute's fields: one, or one for each language."""
    if attribute.kind == Kind.TEXT:
        return tuple(field_of(attribute.code, language) for language in LANGUAGES)
    return (field_of(attribute.code),)


def attribute_labels(family: Family | None) -> dict[str, str]:
    """What each field of a family is called."""
    return dict(_labels(family)) if family else {}


def _labels(family: Family) -> Iterator[tuple[str, str]]:
    for attribute in family.attributes:
        name = attribute_name(attribute)
        yield field_of(attribute.code), name
        if attribute.kind == Kind.TEXT:
            yield from ((field_of(attribute.code, each), f"{name} ({LANGUAGE_NAMES[each]})") for each in LANGUAGES)


def read_attributes(sent: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    """Every field of an attribute that was sent and filled in, whichever family it belongs to.

    A craft that was chosen by mistake then loses nothing of what was typed for the one before.
    """
    names = [name for name in sent if name.startswith(PREFIX)]
    typed = {name: tuple(value for value in map(clean_text, sent.getlist(name)) if value) for name in names}
    return {name: values for name, values in typed.items() if values}


def show_attributes(family: Family | None, values: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    """The fields of what a design says already, numbers as the reader writes them."""
    shown: dict[str, tuple[str, ...]] = {}
    for attribute in family.attributes if family else ():
        if attribute.code in values:
            shown |= dict(_shown(attribute, values[attribute.code]))
    return {name: typed for name, typed in shown.items() if any(typed)}


def _shown(attribute: Attribute, value: Value) -> Iterator[tuple[str, tuple[str, ...]]]:
    name = field_of(attribute.code)
    match attribute.kind:
        case Kind.NUMBER:
            yield name, (format_size(value),)
        case Kind.CHOICES:
            yield name, tuple(value)
        case Kind.YES_NO:
            yield name, (YES if value else NO,)
        case Kind.TEXT:
            yield from ((field_of(attribute.code, each), (getattr(value, each),)) for each in LANGUAGES)
        case _:
            yield name, (str(value),)


def take_attributes(family: Family | None, typed: Typed, problems: dict[str, str]) -> dict[str, Value]:
    """The values that the fields of this family mean; what cannot be read is noted in `problems`."""
    values = {}
    for attribute in family.attributes if family else ():
        if any(name in typed for name in fields_of(attribute)):
            try:
                values[attribute.code] = _take(attribute, typed)
            except ValueError as error:
                problems[field_of(attribute.code)] = str(error)
    return values


def _take(attribute: Attribute, typed: Typed) -> Value:
    """Raises: ValueError with the code of what is wrong; whether a choice is known, the catalog says."""
    if attribute.kind == Kind.TEXT:
        return Text(*("".join(typed.get(name, ())) for name in fields_of(attribute)))
    chosen = typed[field_of(attribute.code)]
    if attribute.kind == Kind.CHOICES:
        return tuple(choice.code for choice in attribute.choices if choice.code in chosen) + tuple(
            code for code in chosen if attribute.choice_name(code) is None
        )
    if attribute.kind == Kind.NUMBER:
        return parse_within(chosen[0], attribute.minimum, attribute.maximum)
    if attribute.kind == Kind.YES_NO:
        return {YES: True, NO: False}.get(chosen[0], chosen[0])
    return chosen[0]
