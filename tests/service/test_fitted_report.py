"""The report as it is kept: the self-test's pictures in the store, their keys beside their kinds."""

from __future__ import annotations

import json
from types import SimpleNamespace

from models import FitReport, KindTested, ReferenceReport, SelfTest, SizeTested
from service.fitted_report import keep_report, picture_keys
from tests.factories import photo_bytes
from tests.fakes import MemoryStore

CRACK = KindTested("crack", (SizeTested(0.1, (1.2, 1.3)),), 0.1, 0.1, (0.1, 0.2, 0.3, 0.4))
TESTED = SelfTest((CRACK, KindTested("stain", (), None)), 0.6, of_piece=True)


def fitted(self_test: SelfTest | None, **pictures: bytes) -> SimpleNamespace:
    """As much of a fitted standard as a report needs."""
    report = FitReport((ReferenceReport("a", 90.0, False),), 0.05, (0.0, 0.2), 1.0, (), 1.0, 640, 480, self_test)
    return SimpleNamespace(report=report, pictures=pictures)


def test_each_picture_is_stored_and_named_beside_its_kind(images: MemoryStore):
    kept = keep_report(images, fitted(TESTED, crack=photo_bytes(1)))
    crack, stain = kept["self_test"]["kinds"]
    assert images.get(crack["picture_key"]) == photo_bytes(1)
    assert stain["picture_key"] is None
    assert picture_keys(kept) == {crack["picture_key"]}
    assert json.loads(json.dumps(kept)) == kept


def test_a_report_without_a_self_test_is_kept_as_it_is(images: MemoryStore):
    standard = fitted(None)
    assert keep_report(images, standard) == standard.report.to_dict()
    assert images.images == {}


def test_a_standard_without_a_report_has_no_pictures():
    assert picture_keys(None) == frozenset()
