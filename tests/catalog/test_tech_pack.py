"""What a tech pack may say, and that it survives JSON."""

import json
from dataclasses import replace

import pytest

from catalog.errors import InvalidFields
from catalog.tech_pack import (
    MAX_STEPS,
    Drawing,
    DrawingKind,
    MaterialLine,
    Packaging,
    ProcessStep,
    StepPicture,
    TechPack,
    Tolerance,
    check_pack,
    free_name,
    from_plain,
    to_plain,
)
from catalog.text import Text

CLAY = MaterialLine(Text("Tanah liat", "Stoneware clay"), 620, "g", Text("Pacitan", "from Pacitan"))
THROW = ProcessStep(Text("Putar", "Throw"), Text("Pusatkan.", "Centre it."), 12)
SEEN = StepPicture("a" * 64, "image/jpeg", 800, 600, Text("tangan di atas roda", "hands on the wheel"))
RIM = Tolerance(Text("Diameter bibir", "Rim diameter"), 140, 1.5, 2)
BOXED = Packaging(Text("Bungkus", "Wrap"), 24, {"length": 600, "width": 400, "height": 300}, 18.5)
PROFILE = Drawing(
    Text("Profil", "Profile"), "profile.svg", DrawingKind.SVG, "b" * 64, 4096, 1, 210, 297, "c" * 64, (9, 7)
)
FULL = TechPack((CLAY,), (THROW, replace(THROW, picture=SEEN)), (RIM,), BOXED, (PROFILE,))


def test_a_full_pack_is_taken_and_comes_back_from_json_as_it_went():
    check_pack(FULL)
    assert from_plain(json.loads(json.dumps(to_plain(FULL)))) == FULL


def test_a_version_without_a_pack_has_an_empty_one():
    check_pack(TechPack())
    assert from_plain({}) == TechPack()
    assert TechPack().is_empty
    assert not FULL.is_empty


def test_the_pack_knows_its_files_its_time_and_the_sizes_between_which_a_feature_is_right():
    assert FULL.file_keys == {"a" * 64, "b" * 64, "c" * 64}
    assert FULL.minutes == 24
    assert (RIM.lowest, RIM.highest) == (138, 141.5)


def test_a_measure_may_go_down_to_nothing_and_an_angle_to_the_other_side():
    to_nothing = replace(RIM, nominal=2, minus=2)
    check_pack(TechPack(tolerances=(to_nothing, replace(RIM, nominal=0, minus=3, plus=3, unit="degrees"))))


@pytest.mark.parametrize(
    ("pack", "problems"),
    [
        (TechPack(materials=(CLAY, MaterialLine(Text()))), {"materials.2.name_id": "required"}),
        (TechPack(materials=(CLAY, MaterialLine(Text("\u200b")))), {"materials.2.name_id": "required"}),
        (TechPack(materials=(replace(CLAY, unit=""),)), {"materials.1.unit": "required"}),
        (TechPack(materials=(replace(CLAY, unit="stone"),)), {"materials.1.unit": "unknown_choice"}),
        (TechPack(materials=(replace(CLAY, amount=0),)), {"materials.1.amount": "out_of_range"}),
        (TechPack(materials=(replace(CLAY, amount=float("nan")),)), {"materials.1.amount": "out_of_range"}),
        (TechPack(steps=(replace(THROW, minutes=0),)), {"steps.1.minutes": "out_of_range"}),
        (TechPack(steps=(replace(THROW, title=Text("x" * 121, "y")),)), {"steps.1.title_id": "too_long"}),
        (
            TechPack(steps=(replace(THROW, picture=replace(SEEN, alt=Text())),)),
            {"steps.1.alt_id": "required"},
        ),
        (TechPack(steps=(THROW,) * (MAX_STEPS + 1)), {"steps": "too_many"}),
        (TechPack(tolerances=(replace(RIM, plus=-1),)), {"tolerances.1.plus": "out_of_range"}),
        (TechPack(tolerances=(replace(RIM, nominal=float("inf")),)), {"tolerances.1.nominal": "out_of_range"}),
        (TechPack(tolerances=(replace(RIM, nominal=1, minus=2),)), {"tolerances.1.minus": "less_than_nothing"}),
        (
            TechPack(tolerances=(replace(RIM, nominal=0, minus=0.5, unit="delta_e"),)),
            {"tolerances.1.minus": "less_than_nothing"},
        ),
        (TechPack(tolerances=(replace(RIM, unit="inch"),)), {"tolerances.1.unit": "unknown_choice"}),
        (
            TechPack(packaging=Packaging(carton_mm={"length": 600, "height": 0})),
            {"packaging.width": "required", "packaging.height": "out_of_range"},
        ),
        (TechPack(packaging=Packaging(pieces_per_carton=0)), {"packaging.pieces_per_carton": "out_of_range"}),
        (TechPack(packaging=Packaging(gross_weight_kg=1e9)), {"packaging.gross_weight_kg": "out_of_range"}),
        (TechPack(drawings=(replace(PROFILE, title=Text("x" * 121)),)), {"drawings.1.title_id": "too_long"}),
    ],
)
def test_what_cannot_be_taken_is_named_by_row_and_field(pack, problems):
    with pytest.raises(InvalidFields) as caught:
        check_pack(pack)
    assert caught.value.fields == problems


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a.pdf", [], "a.pdf"),
        ("a.pdf", ["A.PDF"], "a-2.pdf"),
        ("a.pdf", ["a.pdf", "a-2.pdf"], "a-3.pdf"),
        ("a", ["a"], "a-2"),
        (".svg", [".svg"], ".svg-2"),
    ],
)
def test_two_files_never_share_a_name(name, taken, free):
    assert free_name(name, taken) == free
