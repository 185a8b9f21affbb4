"""What somebody else saved of a draft while a form was being filled in, in words to compare with the form's own."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.families import Kind, field_of
from service.attribute_words import attribute_words
from service.licence_words import LICENCES, licence_name
from service.web.attribute_form import NO, YES, fields_of
from service.web.design_form import AMOUNTS, DesignForm
from service.words import craft_name


def differences(form: DesignForm, saved: DesignForm) -> dict[str, str]:
    """What was saved in the meantime, by field, where it differs from what this form says. An empty text: nothing."""
    ours, theirs = _flat(form), _flat(saved)
    return {name: theirs.get(name, "") for name, words in ours.items() if words != theirs.get(name, "")}


def _flat(form: DesignForm) -> dict[str, str]:
    """Every field as words, those of an amount as one."""
    parts = {f"{name}_{part}" for name in AMOUNTS for part in ("amount", "currency")} | {"origin_words"}
    flat = {name: _words(name, typed) for name, typed in form.values.items() if name not in parts}
    for name in (each for each in AMOUNTS if f"{each}_amount" in form.values):
        amount, currency = (form.values.get(f"{name}_{part}", "") for part in ("amount", "currency"))
        flat[name] = f"{amount} {currency}" if amount else ""
    return {
        **flat,
        **_attributes(form),
        "materials": "\n".join(_join(row) for row in form.materials),
        "colours": "\n".join(_join(row) for row in form.colours),
    }


def _words(name: str, typed: str) -> str:
    if name == "craft":
        return craft_name(typed) if typed else ""
    if name == "licence":
        return licence_name(typed) if typed in LICENCES else typed
    return typed


def _attributes(form: DesignForm) -> dict[str, str]:
    flat = {}
    for attribute in form.family.attributes if form.family else ():
        for name in fields_of(attribute):
            flat[name] = ", ".join(form.attributes.get(name, ()))
        typed, name = form.attributes.get(field_of(attribute.code), ()), field_of(attribute.code)
        if typed and attribute.kind in (Kind.CHOICE, Kind.CHOICES):
            flat[name] = attribute_words(attribute, typed[0] if attribute.kind == Kind.CHOICE else typed)
        elif typed and attribute.kind == Kind.YES_NO and typed[0] in (YES, NO):
            flat[name] = attribute_words(attribute, typed[0] == YES)
    return flat


def _join(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)
