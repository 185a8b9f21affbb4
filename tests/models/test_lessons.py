import cv2
import numpy as np
import pytest

from models.alignment import sketch_photo
from models.lessons import draw_lessons, spoil, vary
from models.light import common_colours
from models.surface import Lessons, fit_spots
from models.synthetic_defect import KINDS
from models.view import choose_view, frame_photo
from tests.models.pieces import draw_piece
from tests.models.test_surface import CELLS, CHANNELS, JUDGED, draw_embeddings

REFERENCES = 8


@pytest.fixture(scope="module")
def seen():
    """The view of eight drawn pieces, the pieces framed in it, and their common picture."""
    sketches = [(photo, sketch_photo(photo)) for photo in map(draw_piece, range(REFERENCES))]
    view = choose_view([sketch for _, sketch in sketches])
    framed = [frame_photo(photo, view, sketch) for photo, sketch in sketches]
    return view, framed, common_colours([each.rgb for each in framed], view.judged)


@pytest.fixture(scope="module")
def lessons(seen):
    view, framed, common = seen
    return draw_lessons(framed, view, common)


def test_copy_that_varies_shows_the_same_piece_on_another_table(seen):
    view, framed, _ = seen
    photo = framed[0].rgb
    copy = vary(photo, view.opacity, np.random.default_rng(3))
    inside, outside = view.opacity[..., 0] > 0.99, view.opacity[..., 0] < 0.01
    change = np.abs(np.log((copy + 8.0) / (photo + 8.0))).mean(axis=-1)
    assert change[inside].mean() < 0.3
    assert change[outside].mean() > 2 * change[inside].mean()


def test_same_references_give_the_same_lessons(seen, lessons):
    view, framed, common = seen
    again = draw_lessons(framed, view, common)
    for one, other in zip(lessons, again, strict=True):
        assert np.array_equal(one.varied, other.varied)
        assert np.array_equal(one.spoiled, other.spoiled)


def test_every_reference_gives_copies_of_both_sorts(seen, lessons):
    view, _, _ = seen
    wide, fine = lessons
    assert set(wide.varied_owners) == set(range(REFERENCES))
    assert len(set(wide.spoiled_owners)) > REFERENCES / 2  # what is thinner than a cell teaches nothing
    assert wide.varied.shape == (REFERENCES, view.judged.sum(), 168)
    assert len(fine.spoiled) == len(fine.cells) == len(fine.spoiled_owners)


def test_lessons_of_some_references_hold_nothing_of_the_others(lessons):
    kept = np.arange(REFERENCES) != 3
    some = lessons[0].of(kept)
    assert set(some.varied_owners) == set(np.flatnonzero(kept))
    assert set(some.spoiled_owners) == set(lessons[0].spoiled_owners) - {3}
    assert len(some.cells) == len(some.spoiled)


@pytest.mark.parametrize("kind", KINDS)
def test_spoiled_copy_differs_where_its_mask_says(seen, kind):
    view, framed, _ = seen
    photo = framed[0].rgb
    inside = view.opacity[..., 0] > 0.5
    rgb, mask = spoil(photo, inside, kind, np.random.default_rng(1))
    change = np.abs(rgb.astype(int) - photo).max(axis=-1)
    assert change[mask].mean() > 8
    assert change[~cv2.dilate(mask.astype(np.uint8), np.ones((9, 9))).astype(bool)].max() < 8


def test_piece_without_room_for_a_defect_gives_no_copy():
    nothing = np.zeros((96, 96), bool)
    assert spoil(np.zeros((96, 96, 3), np.uint8), nothing, "crack", np.random.default_rng(0)) is None


def test_direction_in_which_defects_lie_counts_for_more():
    references = draw_embeddings(20, seed=1)
    direction = np.random.default_rng(4).normal(size=CHANNELS).astype(np.float32)
    other = np.random.default_rng(5).normal(size=CHANNELS).astype(np.float32)
    cells = np.arange(100) % CELLS
    strengths = np.random.default_rng(6).normal(0, 6, (100, 1)).astype(np.float32)
    taught = Lessons(
        varied=draw_embeddings(2, seed=7), varied_owners=np.array([0, 1]),
        spoiled=references.mean(axis=0)[cells] + strengths * direction, cells=cells, spoiled_owners=np.zeros(100, int),
    )  # fmt: skip
    piece = draw_embeddings(1, seed=3)[0]
    along, across = piece.copy(), piece.copy()
    along[42] += 8 * direction
    across[42] += 8 * other

    def preference(model) -> float:
        return float(model.measure(along)[42] / model.measure(across)[42])

    assert preference(fit_spots(references, JUDGED, taught)) > 1.2 * preference(fit_spots(references, JUDGED))


def test_variation_that_the_copies_show_is_forgiven():
    references = draw_embeddings(20, seed=1)
    direction = np.random.default_rng(4).normal(size=CHANNELS).astype(np.float32)
    swayed = references[:10] + np.random.default_rng(8).normal(0, 6, (10, 1, 1)).astype(np.float32) * direction
    taught = Lessons(swayed, np.arange(10), references[0][:0], np.zeros(0, int), np.zeros(0, int))
    changed = draw_embeddings(1, seed=3)[0]
    changed[42] += 8 * direction
    plain, forgiving = fit_spots(references, JUDGED), fit_spots(references, JUDGED, taught)
    assert forgiving.measure(changed)[42] < 0.7 * plain.measure(changed)[42]
