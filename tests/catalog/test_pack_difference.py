"""What changed between two tech packs."""

from dataclasses import replace

from catalog.pack_difference import compare_packs
from catalog.tech_pack import MaterialLine, Packaging, ProcessStep, TechPack, Tolerance
from catalog.text import Text

CLAY, GLAZE = MaterialLine(Text("liat", "clay"), 600, "g"), MaterialLine(Text("glasir", "glaze"), 100, "g")
THROW, FIRE = ProcessStep(Text("putar", "throw"), minutes=12), ProcessStep(Text("bakar", "fire"))
RIM = Tolerance(Text("bibir", "rim"), 140, 2, 2)
PACK = TechPack((CLAY, GLAZE), (THROW, FIRE), (RIM,), Packaging(pieces_per_carton=12))


def told(before: TechPack, after: TechPack) -> list:
    return [
        (change.part, [(row.kind.value, row.before, row.after) for row in change.rows], change.is_reordered)
        for change in compare_packs(before, after)
    ]


def test_what_did_not_change_is_not_told():
    assert told(PACK, PACK) == []


def test_rows_that_came_went_and_changed_are_told_apart():
    more, wood = replace(CLAY, amount=650), MaterialLine(Text("kayu", "wood"))
    after = replace(PACK, materials=(more, wood), tolerances=())
    assert told(PACK, after) == [
        ("materials", [("changed", CLAY, more), ("added", None, wood), ("removed", GLAZE, None)], False),
        ("tolerances", [("removed", RIM, None)], False),
    ]


def test_another_order_of_work_is_told_although_every_step_is_the_same():
    assert told(PACK, replace(PACK, steps=(FIRE, THROW))) == [("steps", [], True)]


def test_two_rows_of_one_name_are_not_taken_for_each_other():
    second = replace(CLAY, amount=50)
    before = replace(PACK, materials=(CLAY, second))
    assert told(before, replace(PACK, materials=(second,))) == [("materials", [("removed", CLAY, None)], False)]


def test_packaging_is_one_thing():
    after = Packaging(pieces_per_carton=24)
    assert told(PACK, replace(PACK, packaging=after)) == [("packaging", [("changed", PACK.packaging, after)], False)]
    assert told(replace(PACK, packaging=Packaging()), PACK) == [("packaging", [("added", None, PACK.packaging)], False)]
    assert told(PACK, replace(PACK, packaging=Packaging())) == [
        ("packaging", [("removed", PACK.packaging, None)], False)
    ]
