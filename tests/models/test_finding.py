from dataclasses import replace

from models.finding import Finding, is_same_place, say_once

CHIP = Finding("missing_part", (0.4, 0.1, 0.2, 0.1), 1.5)


def test_surface_at_the_place_of_a_missing_part_is_not_said_again():
    same = Finding("surface", (0.42, 0.12, 0.1, 0.06), 1.3)
    elsewhere = Finding("surface", (0.1, 0.7, 0.1, 0.1), 1.2)
    assert say_once([CHIP], [same, elsewhere]) == [CHIP, elsewhere]


def test_place_is_as_bad_as_the_worse_of_what_was_seen_there():
    worse = Finding("surface", (0.42, 0.12, 0.1, 0.06), 2.5)
    assert say_once([CHIP], [worse]) == [replace(CHIP, strength=2.5)]


def test_surface_that_differs_far_more_than_the_outline_names_the_place():
    bare = Finding("surface", (0.42, 0.12, 0.1, 0.06), 10.0)
    assert say_once([CHIP], [bare]) == [bare]


def test_worst_finding_comes_first():
    worse = Finding("surface", (0.1, 0.7, 0.1, 0.1), 2.5)
    assert say_once([CHIP], [worse]) == [worse, CHIP]


def test_boxes_that_touch_are_two_places():
    assert not is_same_place((0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 0.5, 0.5))
    assert is_same_place((0.0, 0.0, 1.0, 1.0), (0.3, 0.3, 0.1, 0.1))


def test_what_is_said_of_the_whole_hides_no_place():
    whole = Finding("shape", None, 1.2)
    assert say_once([whole], [CHIP]) == [CHIP, whole]
