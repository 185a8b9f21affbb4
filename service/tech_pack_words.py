"""What a tech pack says, in the reader's language: amounts with their units, times, sizes, tolerances."""

from __future__ import annotations

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from catalog.tech_pack import AMOUNT_UNITS, CARTON_SIDES, TOLERANCE_UNITS, Drawing, MaterialLine, Packaging, Tolerance

PARTS = {
    "materials": _l("Materials"),
    "steps": _l("Process steps"),
    "tolerances": _l("Tolerances"),
    "packaging": _l("Packaging"),
    "drawings": _l("Drawings and patterns"),
}
UNITS = {
    "m2": "m²",
    "pieces": _l("pieces"),
    "degrees": "°",
    "delta_e": "ΔE",
    "percent": "%",
}


def unit_name(unit: str) -> str:
    return str(UNITS.get(unit, unit))


def unit_choices(of: str) -> list[tuple[str, str]]:
    """The units of a list of the form, as a field offers them."""
    return [(unit, unit_name(unit)) for unit in (AMOUNT_UNITS if of == "materials" else TOLERANCE_UNITS)]


def amount_in_words(line: MaterialLine) -> str:
    return _with_unit(line.amount, line.unit) if line.amount is not None else ""


def time_in_words(minutes: int | None) -> str:
    """240 as "4 h", 75 as "1 h 15 min", 2880 as "2 days"."""
    if not minutes:
        return ""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = (
        ngettext("%(num)d day", "%(num)d days", days) if days else "",
        gettext("%(hours)s h", hours=hours) if hours else "",
        gettext("%(minutes)s min", minutes=left) if left else "",
    )
    return " ".join(filter(None, parts))


def tolerance_in_words(tolerance: Tolerance) -> str:
    """"140 ± 2 mm", with both bounds where they differ, "at most 3 ΔE" for what is best at nothing."""
    if not tolerance.nominal and not tolerance.minus:
        return gettext("at most %(most)s", most=_with_unit(tolerance.plus, tolerance.unit))
    unit, nominal = unit_name(tolerance.unit), format_decimal(tolerance.nominal)
    if tolerance.plus == tolerance.minus:
        return f"{nominal} ± {format_decimal(tolerance.plus)} {unit}"
    return f"{nominal} +{format_decimal(tolerance.plus)} / −{format_decimal(tolerance.minus)} {unit}"


def range_in_words(tolerance: Tolerance) -> str:
    """"138 – 142 mm"; empty where the tolerance says the same."""
    if not tolerance.nominal and not tolerance.minus:
        return ""
    lowest, highest = format_decimal(tolerance.lowest), format_decimal(tolerance.highest)
    return f"{lowest} – {highest} {unit_name(tolerance.unit)}"


def packaging_facts(packaging: Packaging) -> list[tuple[str, str]]:
    """(term, words) of what is said in numbers."""
    sides = [format_decimal(packaging.carton_mm[side]) for side in CARTON_SIDES if side in packaging.carton_mm]
    weight_kg, pieces = packaging.gross_weight_kg, packaging.pieces_per_carton
    facts = [
        (gettext("Pieces in a carton"), format_decimal(pieces) if pieces else ""),
        (gettext("Carton, outside"), f"{' × '.join(sides)} mm" if sides else ""),
        (gettext("Weight of a full carton"), f"{format_decimal(weight_kg)} kg" if weight_kg else ""),
    ]
    return [(term, words) for term, words in facts if words]


def drawing_facts(drawing: Drawing) -> str:
    """"PDF · 2 pages · 210 × 297 mm"."""
    size = ""
    if drawing.width_mm and drawing.height_mm:
        size = f"{format_decimal(round(drawing.width_mm))} × {format_decimal(round(drawing.height_mm))} mm"
    pages = ngettext("%(num)d page", "%(num)d pages", drawing.pages) if drawing.pages > 1 else ""
    return " · ".join(filter(None, (drawing.kind.upper(), pages, size)))


def _with_unit(value: float, unit: str) -> str:
    return f"{format_decimal(value)} {unit_name(unit)}"
