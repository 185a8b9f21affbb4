"""CIELAB and CIEDE2000 against published values."""

import numpy as np
import pytest

from models.colour_difference import delta_e_2000, linear_rgb_to_lab, linearise_srgb, srgb_to_lab

# Sharma, Wu & Dalal (2005), table 1: L1, a1, b1, L2, a2, b2, difference.
SHARMA_PAIRS = np.array(
    [
        [50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425],
        [50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615],
        [50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412],
        [50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669],
        [50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461],
        [50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065],
        [50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492],
        [50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977],
        [50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030],
        [50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)


def test_all_34_published_pairs_agree_to_four_decimals():
    assert len(SHARMA_PAIRS) == 34
    differences = delta_e_2000(SHARMA_PAIRS[:, :3], SHARMA_PAIRS[:, 3:6])
    np.testing.assert_array_equal(np.round(differences, 4), SHARMA_PAIRS[:, 6])


def test_the_order_of_the_two_colours_does_not_matter():
    forward = delta_e_2000(SHARMA_PAIRS[:, :3], SHARMA_PAIRS[:, 3:6])
    backward = delta_e_2000(SHARMA_PAIRS[:, 3:6], SHARMA_PAIRS[:, :3])
    np.testing.assert_allclose(forward, backward, atol=1e-12)


def test_a_colour_does_not_differ_from_itself():
    labs = SHARMA_PAIRS[:, :3]
    np.testing.assert_array_equal(delta_e_2000(labs, labs), np.zeros(34))


def test_one_colour_broadcasts_against_a_picture():
    picture = np.tile(np.array([50.0, 2.5, 0.0]), (4, 5, 1))
    differences = delta_e_2000(picture, np.array([58.0, 24.0, 15.0]))
    assert differences.shape == (4, 5)
    np.testing.assert_allclose(differences, 19.4535, atol=5e-5)


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [  # the values of B. Lindbloom's calculator, D65 with no adaptation
        ((255, 255, 255), (100.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (53.2408, 80.0925, 67.2032)),
        ((0, 255, 0), (87.7347, -86.1827, 83.1793)),
        ((0, 0, 255), (32.2970, 79.1875, -107.8602)),
    ],
)
def test_white_black_and_the_primaries_have_their_known_lab(rgb, lab):
    np.testing.assert_allclose(srgb_to_lab(np.array(rgb, dtype=np.uint8)), lab, atol=0.01)


def test_greys_are_neutral():
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    lab = srgb_to_lab(greys)
    np.testing.assert_allclose(lab[:, 1:], 0.0, atol=1e-9)
    assert (np.diff(lab[:, 0]) > 0).all()


def test_integer_and_float_pixels_give_the_same_colour():
    rgb = np.random.default_rng(0).integers(0, 256, (6, 7, 3), dtype=np.uint8)
    np.testing.assert_allclose(srgb_to_lab(rgb), srgb_to_lab(rgb.astype(np.float32)), atol=1e-9)
    np.testing.assert_allclose(srgb_to_lab(rgb), linear_rgb_to_lab(linearise_srgb(rgb)), atol=1e-12)
