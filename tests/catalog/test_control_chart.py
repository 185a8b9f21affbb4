from __future__ import annotations

import pytest
from scipy import stats

from catalog.control_chart import CHART_CHANCE, least_accepted


@pytest.mark.parametrize(("pieces", "share"), [(1, 0.5), (18, 0.61), (20, 0.95), (200, 0.97), (5000, 0.9)])
def test_the_lower_limit_is_the_binomial_quantile(pieces, share):
    assert least_accepted(pieces, share) == stats.binom.ppf(CHART_CHANCE, pieces, share)


def test_where_all_or_none_are_accepted_any_other_batch_is_beyond_the_limit():
    assert least_accepted(20, 1.0) == 20
    assert least_accepted(20, 0.0) == 0
