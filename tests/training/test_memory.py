"""The peak of memory, and forgetting it."""

import sys

import numpy as np
import pytest

from training.memory import peak_mb, reset_peak


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can forget a peak")
def test_the_peak_remembers_memory_that_was_given_back_until_it_is_reset():
    reset_peak()
    before = peak_mb()
    held = np.ones(25_000_000)  # 200 MB
    del held
    peak = peak_mb()
    assert peak > before + 100
    reset_peak()
    assert peak_mb() < peak - 100
