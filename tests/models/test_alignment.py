import cv2
import numpy as np
import pytest

from models.alignment import CANONICAL_SIDE_PX, build_template, guess_matrix, register, sketch_photo

SIDE_PX = 300


def draw_tile(seed: int = 0) -> np.ndarray:
    """A square tile with a drawing that has no symmetry, on a plain table; (300, 300, 3) uint8."""
    rng = np.random.default_rng(7)
    photo = np.full((SIDE_PX, SIDE_PX, 3), 185, np.float32)
    photo[75:225, 75:225] = (90, 105, 120)
    for _ in range(14):
        centre = tuple(int(value) for value in rng.integers(90, 210, 2))
        cv2.circle(photo, centre, int(rng.integers(4, 14)), tuple(rng.uniform(40, 170, 3)), -1, cv2.LINE_AA)
    noise = np.random.default_rng(seed).normal(0, 2, photo.shape)
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def move(photo: np.ndarray, angle: float, scale: float, shift: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The photo turned, scaled and shifted, and the (3, 3) matrix from old to new pixels."""
    half = (SIDE_PX - 1) / 2
    matrix = cv2.getRotationMatrix2D((half, half), angle, scale)
    matrix[:, 2] += shift
    moved = cv2.warpAffine(photo, matrix, (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REPLICATE)
    return moved, np.vstack([matrix, [0, 0, 1]])


@pytest.fixture(scope="module")
def references():
    sketches = [sketch_photo(draw_tile(seed)) for seed in range(8)]
    return sketches, *build_template(sketches, by_piece=True)


@pytest.mark.parametrize(
    ("angle", "scale", "shift"),
    [(0, 1.0, (0, 0)), (0, 1.0, (22, -15)), (8, 1.0, (0, 0)), (-8, 1.1, (10, 12)), (4, 0.85, (-20, 5))],
)
def test_moved_piece_is_brought_back_within_two_pixels(references, angle, scale, shift):
    _, template, registrations = references
    moved, truth = move(draw_tile(seed=20), angle, scale, shift)
    sketch = sketch_photo(moved)
    found = register(sketch, template, guess_matrix(sketch, by_piece=True), by_outline=True)
    to_sketch = np.diag([sketch.scale, sketch.scale, 1.0])
    wanted = to_sketch @ truth @ np.linalg.inv(to_sketch) @ registrations[0].matrix
    corners = CANONICAL_SIDE_PX * np.array([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]])
    missed_by = cv2.perspectiveTransform(corners, found.matrix) - cv2.perspectiveTransform(corners, wanted)
    assert np.abs(missed_by).max() < 2.0
    assert found.agreement > 0.85


def test_references_agree_once_registered():
    photos = [move(draw_tile(seed), angle, 1.0, (3 * angle, -angle))[0]
              for seed, angle in enumerate((-6, -4, -2, 0, 1, 3, 5, 6))]  # fmt: skip
    _, registrations = build_template([sketch_photo(photo) for photo in photos], by_piece=True)
    assert min(registration.agreement for registration in registrations) > 0.93


def test_another_piece_does_not_agree(references):
    _, template, _ = references
    photo = np.full((SIDE_PX, SIDE_PX, 3), 185, np.uint8)
    cv2.circle(photo, (150, 150), 85, (120, 90, 200), -1)
    cv2.line(photo, (100, 190), (200, 110), (250, 250, 250), 14)
    sketch = sketch_photo(photo)
    assert register(sketch, template, guess_matrix(sketch, by_piece=True), by_outline=True).agreement < 0.6


def test_brightness_and_contrast_do_not_change_where_a_piece_lies(references):
    _, template, _ = references
    moved, _ = move(draw_tile(seed=21), 5, 1.0, (8, 4))
    darker = (moved * 0.5 + 20).astype(np.uint8)
    matrices = []
    for photo in (moved, darker):
        sketch = sketch_photo(photo)
        matrices.append(register(sketch, template, guess_matrix(sketch, by_piece=True), by_outline=True).matrix)
    centre = np.array([[[CANONICAL_SIDE_PX / 2, CANONICAL_SIDE_PX / 2]]])
    bright, dark = (cv2.perspectiveTransform(centre, matrix) for matrix in matrices)
    assert np.abs(bright - dark).max() < 0.5


def test_another_table_does_not_change_where_a_piece_lies(references):
    _, template, _ = references
    photo = draw_tile(seed=22)
    dark = photo.copy()
    dark[photo.min(axis=2) > 172] = 30  # lighter than anything on the tile: the table
    matrices = []
    for table in (photo, dark):
        sketch = sketch_photo(table)
        assert sketch.piece.is_found
        found = register(sketch, template, guess_matrix(sketch, by_piece=True), by_outline=True)
        matrices.append(found.matrix)
    corners = CANONICAL_SIDE_PX * np.array([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]])
    light, dark = (cv2.perspectiveTransform(corners, matrix) for matrix in matrices)
    assert np.abs(light - dark).max() < 2.0
