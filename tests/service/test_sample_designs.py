"""The six sample designs: complete, as a designer would be asked to be."""

from __future__ import annotations

import pytest

from catalog.designs import check_draft
from catalog.publishing import measure_completeness
from catalog.text import Text
from service.samples import FOLDER, read_design

FOLDERS = sorted(path.parent for path in FOLDER.glob("*/design.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_lacks_nothing_that_is_asked_or_recommended(folder):
    draft = read_design(folder)
    check_draft(draft)
    completeness = measure_completeness(draft, [Text("gambar", "picture")])
    assert (completeness.percent, completeness.missing, completeness.recommended) == (100, (), ())


def test_the_samples_show_as_many_licences_as_there_are_designs():
    licences = {read_design(folder).licence for folder in FOLDERS}
    assert len(licences) == len(FOLDERS) == 6
