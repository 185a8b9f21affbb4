"""Both folder layouts, and folders that are neither."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from training.datasets import LayoutError, PhotoSet, find_sets, read_mask


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"photo")


def _make_mvtec(folder: Path) -> Path:
    _touch(
        *(folder / "train" / "good" / f"{i}.jpg" for i in (1, 2, 10)),
        folder / "test" / "good" / "1.JPG",
        folder / "test" / "crack" / "1.png",
        folder / "test" / "crack" / "2.png",
        folder / "test" / "crack" / "notes.txt",
        folder / "ground_truth" / "crack" / "2_mask.png",
    )
    return folder


def _make_designs(folder: Path) -> Path:
    _touch(*(folder / "bowl" / "standard" / f"0{i}.jpg" for i in range(3)))
    _touch(folder / "bowl" / "batch" / "00.jpg", folder / "bowl" / "batch" / "01.jpg")
    (folder / "samples.csv").write_text(
        "file,design,role,defect,severity\n"
        "bowl/batch/00.jpg,bowl,batch,good,0.0\n"
        "bowl/batch/01.jpg,bowl,batch,rim_chip,0.88\n"
    )
    return folder


def test_an_mvtec_set_is_read_with_its_labels_and_masks(tmp_path):
    (photo_set,) = find_sets([_make_mvtec(tmp_path / "tile")])
    assert photo_set.name == "tile"
    assert [path.name for path in photo_set.references] == ["1.jpg", "2.jpg", "10.jpg"]
    assert [(p.path.name, p.defect, p.is_defective) for p in photo_set.photos] == [
        ("1.png", "crack", True),
        ("2.png", "crack", True),
        ("1.JPG", "good", False),
    ]
    masks = [photo.mask_path for photo in photo_set.photos]
    assert masks == [None, tmp_path / "tile" / "ground_truth" / "crack" / "2_mask.png", None]


def test_a_design_is_read_with_the_labels_beside_it(tmp_path):
    (photo_set,) = find_sets([_make_designs(tmp_path) / "bowl"])
    assert len(photo_set.references) == 3
    assert [(p.defect, p.severity) for p in photo_set.photos] == [("good", 0.0), ("rim_chip", 0.88)]


def test_a_folder_of_sets_gives_each_of_them_in_order(tmp_path):
    _make_mvtec(tmp_path / "weave")
    _make_mvtec(tmp_path / "cookie")
    _make_designs(tmp_path)
    (tmp_path / "empty").mkdir()
    assert [photo_set.name for photo_set in find_sets([tmp_path])] == ["bowl", "cookie", "weave"]


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_folder_without_sets_is_refused_by_name(tmp_path, name):
    with pytest.raises(LayoutError, match="holds no"):
        find_sets([tmp_path / name])


def test_a_design_without_labels_is_refused(tmp_path):
    folder = _make_designs(tmp_path)
    (folder / "samples.csv").unlink()
    with pytest.raises(LayoutError, match=r"samples\.csv is missing"):
        find_sets([folder])


def test_a_photo_that_the_labels_leave_out_is_named(tmp_path):
    folder = _make_designs(tmp_path)
    _touch(folder / "bowl" / "batch" / "02.jpg")
    with pytest.raises(LayoutError, match=r"bowl/batch/02\.jpg"):
        find_sets([folder])


def test_draws_of_references_repeat_for_a_seed_and_differ_between_seeds():
    photo_set = PhotoSet("tile", tuple(Path(f"{i}.jpg") for i in range(30)), ())
    draws = photo_set.distinct_draws(16, seeds=3)
    assert draws == photo_set.distinct_draws(16, seeds=3)
    assert [len(set(draw)) for draw in draws] == [16, 16, 16]
    assert draws[0] != draws[1]


def test_too_few_references_to_choose_from_are_drawn_once():
    photo_set = PhotoSet("pan", tuple(Path(f"{i}.jpg") for i in range(10)), ())
    assert photo_set.distinct_draws(16, seeds=3) == [list(photo_set.references)]


@pytest.mark.parametrize("white", [1, 255])
def test_masks_of_ones_and_of_255_are_read_alike(tmp_path, white):
    mask = np.zeros((5, 6), np.uint8)
    mask[1:3, 2:5] = white
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png"), mask > 0)


def test_a_missing_mask_is_named(tmp_path):
    with pytest.raises(LayoutError, match="no readable mask"):
        read_mask(tmp_path / "mask.png")
