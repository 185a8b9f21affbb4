import numpy as np
import pytest

from models.coreset import select_coreset
from models.memory_bank import nearest_distances
from models.surface import fit_loose, fit_spots

CELLS, CHANNELS = 100, 12
JUDGED = np.ones((10, 10), bool)
MIXING = np.random.default_rng(99).normal(size=(CHANNELS, CHANNELS))


def draw_embeddings(count: int, seed: int) -> np.ndarray:
    """Embeddings (count, CELLS, CHANNELS) float32 of like pieces, their channels far from independent."""
    spots = np.random.default_rng(0).normal(0, 5, (CELLS, CHANNELS))
    noise = np.random.default_rng(seed).normal(size=(count, CELLS, CHANNELS)) @ MIXING
    return (spots + noise).astype(np.float32)


def test_whitening_makes_the_residuals_of_new_pieces_like_those_of_the_references():
    model = fit_spots(draw_embeddings(20, seed=1), JUDGED)
    deviations = np.stack([model.measure(patches) for patches in draw_embeddings(20, seed=2)])
    assert abs(deviations.mean()) < 0.5
    assert 0.5 < deviations.std() < 1.5


def test_change_against_the_habit_of_the_channels_stands_out_most():
    """The same length of change counts more along a direction in which the references hardly vary."""
    model = fit_spots(draw_embeddings(20, seed=1), JUDGED)
    _, _, directions = np.linalg.svd(MIXING)
    piece = draw_embeddings(1, seed=3)[0]
    rare, common = piece.copy(), piece.copy()
    rare[42] += 12 * directions[-1]
    common[42] += 12 * directions[0]
    assert model.measure(rare).argmax() == 42
    assert model.measure(rare)[42] > model.measure(common)[42]


def test_spot_that_always_varies_is_forgiven():
    references = draw_embeddings(20, seed=1)
    unsteady = references + 0
    unsteady[:, 50:] += np.random.default_rng(5).normal(0, 6, (20, 50, CHANNELS)).astype(np.float32)
    model = fit_spots(unsteady, JUDGED)
    changed = references[0] + 4
    deviations = model.measure(changed)
    assert deviations[:40].mean() > deviations[60:].mean()


def test_references_that_are_all_the_same_make_no_division_by_zero():
    same = np.repeat(draw_embeddings(1, seed=1), 8, axis=0)
    model = fit_spots(same, JUDGED)
    assert np.isfinite(model.measure(same[0])).all()
    assert np.isfinite(model.measure(same[0] + 1)).all()


def test_bank_without_a_reference_holds_none_of_its_patches():
    references = draw_embeddings(8, seed=1)
    loose = fit_loose(references, JUDGED)
    others = loose.without(3)
    assert 3 not in others.owners
    assert len(others.bank) == len(loose.bank) - np.sum(loose.owners == 3)
    with_own, _ = loose.measure(references[3])
    without_own, _ = others.measure(references[3])
    assert with_own.max() == pytest.approx(0, abs=1e-2)
    assert without_own.min() > 0.1


def test_loose_distance_of_new_pieces_is_about_one():
    loose = fit_loose(draw_embeddings(12, seed=1), JUDGED)
    distances = np.concatenate([loose.measure(patches)[0] for patches in draw_embeddings(6, seed=2)])
    assert np.median(distances) == pytest.approx(1.0, abs=0.15)


def test_cells_at_the_edge_are_measured_by_their_own_habit():
    edge = np.ones((10, 10), bool)
    edge[1:-1, 1:-1] = False
    noise = np.random.default_rng(7).normal(0, 6, (24, CELLS, CHANNELS)).astype(np.float32) * edge.reshape(1, -1, 1)
    pieces = draw_embeddings(24, seed=1) + noise
    loose = fit_loose(pieces[:16], JUDGED)
    distances = np.stack([loose.measure(patches)[0] for patches in pieces[16:]])
    at_edge, within = (np.median(distances[:, where]) for where in (edge.ravel(), ~edge.ravel()))
    assert at_edge == pytest.approx(within, rel=0.25)


def test_nearest_distance_is_that_of_brute_force():
    rng = np.random.default_rng(1)
    patches, bank = (rng.normal(size=(rows, 9)).astype(np.float32) for rows in (1500, 40))
    distances, nearest = nearest_distances(patches, bank)
    every = np.linalg.norm(patches[:, None] - bank[None], axis=2)
    np.testing.assert_array_equal(nearest, every.argmin(axis=1))
    np.testing.assert_allclose(distances, every.min(axis=1), rtol=1e-3)


def test_coreset_covers_better_than_chance():
    points = np.random.default_rng(2).normal(size=(600, 8)).astype(np.float32)
    chosen = select_coreset(points, 60)
    assert len(set(chosen)) == 60
    radius = nearest_distances(points, points[chosen])[0].max()
    assert radius < nearest_distances(points, points[:60])[0].max()


def test_coreset_takes_all_where_there_are_few():
    np.testing.assert_array_equal(select_coreset(np.zeros((5, 2)), 9), np.arange(5))
