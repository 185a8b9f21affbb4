"""The peak of memory, and forgetting it."""

import sys

import numpy as np
import pytest

from training.memory import peak_mb, reset_peak


def test_the_peak_remembers_memory_that_was_given_back():
    before = peak_mb()
    held = np.ones(25_000_000)  # 200 MB
    del held
    assert peak_mb() > before + 100


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can forget a peak")
def test_after_a_reset_the_peak_starts_from_what_is_held_now():
    held = np.ones(25_000_000)
    peak = peak_mb()
    del held
    reset_peak()
    assert peak_mb() < peak - 100
