"""The forms of a page as a browser reads them: their fields, what stands in each, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "textarea", "search", "tel", "url", "email", "number", "date", "color"}


@dataclass
class Field:
    name: str
    kind: str  # an input's type, or "select", "textarea"
    value: str = ""
    is_on: bool = True  # of a box or a radio button
    options: list[tuple[str, bool]] = field(default_factory=list)  # of a select: (value, whether it is chosen)

    @property
    def values(self) -> list[str]:
        """What would be sent of it."""
        if self.kind == "select":
            return [value for value, is_chosen in self.options if is_chosen] or [v for v, _ in self.options[:1]]
        return [self.value] if self.is_on else []


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {each.name for each in self.fields}

    def values(self) -> dict[str, list[str]]:
        """What would be sent, by the names of the fields."""
        found: dict[str, list[str]] = {}
        for each in self.fields:
            found.setdefault(each.name, []).extend(each.values)
        return found


def forms_of(page: str) -> list[Form]:
    return _Reader(page).forms


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._open: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[values.get("id", "")] = self._form
        elif tag == "option" and self._open is not None:
            self._open.options.append((values.get("value", ""), "selected" in values))
        elif tag in ("input", "select", "textarea") and values.get("name"):
            self._add(tag, values)

    def _add(self, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text") if tag == "input" else tag
        can_be_off = kind in ("checkbox", "radio")
        found = Field(values["name"], kind, values.get("value", "on" if can_be_off else ""))
        found.is_on = not can_be_off or "checked" in values
        form = self._by_id.get(values["form"]) if "form" in values else self._form
        if form is not None and "disabled" not in values:
            form.fields.append(found)
        self._open = found if tag != "input" else None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("textarea", "select") and self._open is not None:
            self._open.value = self._open.value.removeprefix("\n")  # as browsers do
            self._open = None
