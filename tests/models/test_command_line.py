import json

import cv2
import numpy as np
import pytest

from models import load
from models.__main__ import main
from models.inspection import REASON_CODES
from models.synthetic_defect import KINDS
from tests.models.pieces import encode_piece, write_pieces

COLOUR_KEYS = ["colour_delta_e", "colour_uncertainty", "colour_limit"]
KEYS = ["photo", "verdict", "score", "surface", *COLOUR_KEYS, "shape", "reasons", "ms"]


@pytest.fixture(scope="module")
def standard_file(tmp_path_factory):
    place = tmp_path_factory.mktemp("standard")
    write_pieces(place / "references", range(12))
    assert main(["fit", str(place / "references"), "--out", str(place / "piece.standard"), "--no-self-test"]) == 0
    return place / "piece.standard"


def test_fit_says_which_defects_the_standard_catches_and_writes_them_as_pictures(tmp_path, capsys):
    folder = write_pieces(tmp_path / "references", range(8), side_px=160)
    fitted = ["fit", str(folder), "--out", str(tmp_path / "a.standard"), "--pictures", str(tmp_path / "pictures")]
    assert main(fitted) == 0
    said = capsys.readouterr().out
    assert "smallest defects caught in 80% of the tries" in said
    for kind in KINDS:
        assert f"\n    {kind}" in said
    assert {path.stem for path in (tmp_path / "pictures").iterdir()} == set(KINDS)


def test_fit_without_a_self_test_says_that_nobody_knows(tmp_path, capsys):
    folder = write_pieces(tmp_path / "references", range(8), side_px=160)
    assert main(["fit", str(folder), "--out", str(tmp_path / "a.standard"), "--no-self-test"]) == 0
    assert "not self-tested" in capsys.readouterr().out


def test_fit_takes_a_region_and_refuses_what_is_none(tmp_path, capsys):
    folder = write_pieces(tmp_path / "references", range(8), side_px=160)
    fitted = ["fit", str(folder), "--out", str(tmp_path / "a.standard"), "--no-self-test", "--region"]
    assert main([*fitted, "0.1,0.1,0.8,0.8"]) == 0
    assert load(tmp_path / "a.standard").region == (0.1, 0.1, 0.8, 0.8)
    with pytest.raises(SystemExit, match="2"):
        main([*fitted, "0.5,0.5,0.8,0.8"])
    assert "A region lies within the photo" in capsys.readouterr().err


def inspect_json(capsys, *arguments) -> list[dict]:
    assert main(["inspect", *map(str, arguments), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_photo_gets_one_line_in_the_order_given(standard_file, tmp_path, capsys):
    names = ["b.jpg", "a.jpg", "c.png"]
    for seed, name in enumerate(names):
        kind = "PNG" if name.endswith("png") else "JPEG"
        (tmp_path / name).write_bytes(encode_piece(40 + seed, kind))
    lines = inspect_json(capsys, standard_file, *[tmp_path / name for name in names])
    assert [line["photo"] for line in lines] == [str(tmp_path / name) for name in names]
    assert all(list(line) == KEYS for line in lines)
    assert all(line["verdict"] in {"accept", "rework", "reject", "retake"} for line in lines)
    assert all(0 <= line["score"] <= 100 for line in lines)


def test_directory_means_its_photos_by_name_and_nothing_else(standard_file, tmp_path, capsys):
    folder = write_pieces(tmp_path / "batch", range(50, 53))
    (folder / "notes.txt").write_text("not a photo")
    (folder / "deeper").mkdir()
    lines = inspect_json(capsys, standard_file, folder)
    assert [line["photo"] for line in lines] == [str(folder / f"{seed:03d}.jpg") for seed in range(50, 53)]


def test_unreadable_photo_gets_its_own_line_and_the_run_goes_on(standard_file, tmp_path, capsys):
    (tmp_path / "good.jpg").write_bytes(encode_piece(60))
    (tmp_path / "cut.jpg").write_bytes(encode_piece(61)[:2000])
    (tmp_path / "text.jpg").write_text("hello")
    (tmp_path / "empty.jpg").write_bytes(b"")
    names = ["cut.jpg", "text.jpg", "empty.jpg", "missing.jpg", "good.jpg"]
    lines = inspect_json(capsys, standard_file, *[tmp_path / name for name in names])
    codes = [line["reasons"][0]["code"] for line in lines[:4]]
    assert codes == ["truncated", "not_an_image", "empty", "missing_file"]
    assert [line["verdict"] for line in lines[:4]] == ["retake"] * 4
    assert [line["score"] for line in lines[:4]] == [None] * 4
    assert lines[4]["score"] is not None
    assert set(codes) <= REASON_CODES


def test_maps_are_16_bit_upright_and_continuous(standard_file, tmp_path, capsys):
    folder = write_pieces(tmp_path / "batch", range(70, 72), crack=True)
    (folder / "broken.jpg").write_bytes(b"no photo")
    inspect_json(capsys, standard_file, folder, "--maps", tmp_path / "maps")
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["070.png", "071.png"]
    levels = cv2.imread(str(tmp_path / "maps" / "070.png"), cv2.IMREAD_UNCHANGED)
    assert levels.dtype == np.uint16
    assert levels.ndim == 2
    assert len(np.unique(levels)) > 100


def test_photos_of_one_name_do_not_overwrite_each_others_map(standard_file, tmp_path, capsys):
    first, second = (write_pieces(tmp_path / name, range(70, 71)) for name in ("one", "two"))
    inspect_json(capsys, standard_file, first, second, "--maps", tmp_path / "maps")
    assert sorted(path.name for path in (tmp_path / "maps").iterdir()) == ["070-2.png", "070.png"]


def test_numbered_map_does_not_overwrite_that_of_a_photo_called_so(standard_file, tmp_path, capsys):
    for name in ("one/a.jpg", "two/a.jpg", "two/a-2.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(encode_piece(75))
    photos = [tmp_path / name for name in ("one/a.jpg", "two/a.jpg", "two/a-2.jpg")]
    inspect_json(capsys, standard_file, *photos, "--maps", tmp_path / "maps")
    names = sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert names == ["a-2-2.png", "a-2.png", "a.png"]


def test_same_photo_and_standard_give_the_same_score(standard_file, tmp_path, capsys):
    folder = write_pieces(tmp_path / "batch", range(80, 84))
    runs = [[line["score"] for line in inspect_json(capsys, standard_file, folder)] for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 4


def test_people_get_a_readable_line(standard_file, tmp_path, capsys):
    (tmp_path / "good.jpg").write_bytes(encode_piece(90))
    assert main(["inspect", str(standard_file), str(tmp_path / "good.jpg")]) == 0
    printed = capsys.readouterr().out
    assert "good.jpg" in printed
    assert printed.split()[0] in {"accept", "rework", "reject", "retake"}


@pytest.mark.parametrize("content", [b"", b"nonsense", b"KRIYA-STANDARD 1\nshort"])
def test_bad_standard_is_one_clear_line_and_a_failure(content, tmp_path, capsys):
    (tmp_path / "bad.standard").write_bytes(content)
    assert main(["inspect", str(tmp_path / "bad.standard"), str(tmp_path), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1


def test_missing_standard_and_missing_directory_say_so(tmp_path, capsys):
    assert main(["inspect", str(tmp_path / "none"), str(tmp_path)]) == 1
    assert "cannot be opened" in capsys.readouterr().err
    assert main(["fit", str(tmp_path / "none"), "--out", str(tmp_path / "x")]) == 1
    assert "not a directory" in capsys.readouterr().err


def test_too_few_references_are_refused_with_the_number_needed(tmp_path, capsys):
    write_pieces(tmp_path / "few", range(3))
    assert main(["fit", str(tmp_path / "few"), "--out", str(tmp_path / "x")]) == 1
    assert "at least 8" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_unreadable_reference_is_named(tmp_path, capsys):
    write_pieces(tmp_path / "refs", range(9))
    (tmp_path / "refs" / "004.jpg").write_bytes(b"broken")
    assert main(["fit", str(tmp_path / "refs"), "--out", str(tmp_path / "x")]) == 1
    assert "004.jpg" in capsys.readouterr().err
