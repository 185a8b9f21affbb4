import numpy as np
import pytest

from models.anomaly_map import MAP_SIDE_PX, MAX_REGIONS, find_regions, map_on_photo, pool, smooth


def test_pool_is_the_mean_of_the_worst_share():
    scores = np.arange(100, dtype=np.float32)
    assert pool(scores, 0.1) == pytest.approx(np.arange(90, 100).mean())
    assert pool(scores, 0.0001) == 99


def test_smoothing_keeps_a_constant_map():
    assert smooth(np.full((9, 12), 3.0, np.float32), 1.0) == pytest.approx(3.0)


def test_regions_come_worst_first_in_fractions_of_the_photo():
    photo_map = np.zeros((50, 100), np.float32)
    photo_map[10:20, 60:80] = 2.0
    photo_map[30:35, 10:20] = 5.0
    worst, second = find_regions(photo_map, 1.0)
    assert worst == (pytest.approx((0.1, 0.6, 0.1, 0.1)), 5.0)
    assert second == (pytest.approx((0.6, 0.2, 0.2, 0.2)), 2.0)


def test_peak_of_a_region_is_its_own_where_boxes_overlap():
    photo_map = np.zeros((20, 20), np.float32)
    photo_map[2, 2:18] = photo_map[2:18, 2] = 2.0  # an angle, with another spot inside its box
    photo_map[10:12, 10:12] = 9.0
    assert [peak for _, peak in find_regions(photo_map, 1.0)] == [9.0, 2.0]


def test_regions_are_few():
    photo_map = np.zeros((40, 40), np.float32)
    photo_map[::4, ::4] = 3.0
    assert len(find_regions(photo_map, 1.0)) == MAX_REGIONS


def test_hot_cell_of_the_view_lies_where_the_view_lies_on_the_photo():
    deviation = np.zeros((20, 20), np.float32)
    deviation[4, 15] = 10.0
    view_to_photo = np.array([[2.0, 0, 300], [0, 2.0, 100], [0, 0, 1]])  # 160 px of view on 320 of the photo
    photo_map = map_on_photo(deviation, view_to_photo, (160, 160), (1024, 512))
    assert photo_map.shape == (256, MAP_SIDE_PX)
    row, column = np.unravel_index(photo_map.argmax(), photo_map.shape)
    assert column * 2 == pytest.approx(300 + 2 * 15.5 * 8, abs=4)
    assert row * 2 == pytest.approx(100 + 2 * 4.5 * 8, abs=4)


def test_map_is_zero_outside_the_view():
    view_to_photo = np.array([[1.0, 0, 200], [0, 1.0, 200], [0, 0, 1]])
    photo_map = map_on_photo(np.ones((20, 20), np.float32), view_to_photo, (160, 160), (512, 512))
    assert photo_map[:190].max() == 0
    assert photo_map[280, 280] == pytest.approx(1.0)
