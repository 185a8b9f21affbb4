"""One piece: what was found on it, where, and what it means."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from catalog.store.tables import Batch, BatchPhoto
from service.inspection import encode_map
from tests.factories import (
    make_inspection,
    make_photo,
)
from tests.fakes import MemoryStore
from tests.service.web.batches.requests import FINDING


class TestPiece:
    def test_each_place_is_drawn_and_said_in_words(self, client, session, batch):
        photo = make_photo(session, batch, verdict="rework", reasons=[FINDING])
        page = client.get(f"/pieces/{photo.id}").text
        assert "The surface at the upper left differs from every reference photo." in page
        assert '<rect x="9.6" y="9.6" width="19.2" height="9.6"' in page
        assert "Clearly beyond what the references show: 1.8 times the limit" in page

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            ("missing_part", "The outline falls short at the upper left: something is missing there, or bent in."),
            ("extra_part", "The outline sticks out at the upper left: something was added there, or bent out."),
            ("shape", "The outline at the upper left is bent."),
        ],
    )
    def test_what_an_outline_shows_is_said_with_its_place(self, client, session, batch, code, sentence):
        photo = make_photo(session, batch, verdict="rework", reasons=[FINDING | {"code": code}])
        assert sentence in client.get(f"/pieces/{photo.id}").text

    def test_a_piece_of_other_proportions_has_no_place(self, client, session, batch):
        whole = {"code": "shape", "region": None, "strength": 1.1}
        photo = make_photo(session, batch, verdict="rework", reasons=[whole])
        page = client.get(f"/pieces/{photo.id}").text
        assert "The outline as a whole is bent or of other proportions." in page
        assert "A little beyond what the references show: 1.1 times the limit" in page

    def test_the_nearest_reference_stands_beside_it(self, client, session, batch):
        photo = make_photo(session, batch, verdict="rework", reasons=[FINDING])
        page = client.get(f"/pieces/{photo.id}").text
        assert "The reference photo it is most like" in page
        assert f"/references/{photo.inspection.nearest_reference_id}/" in page

    def test_the_score_comes_with_its_meaning(self, client, session, batch):
        photo = make_photo(session, batch, verdict="rework", score=55.0)
        page = client.get(f"/pieces/{photo.id}").text
        assert "From 70 on a piece matches, below 40 it is rejected" in page

    def test_the_colour_is_told_with_its_uncertainty_and_its_limit(self, client, session, batch):
        photo = make_photo(session, batch)
        make_inspection(session, photo, "accept", colour=(3.14, 0.8, 4.0))
        page = client.get(f"/pieces/{photo.id}").text
        assert "Colour: ΔE 3.1 ± 0.8, accepted up to 4" in page
        assert "only differences between parts" not in page

    def test_a_light_that_hides_the_whole_pieces_colour_is_told(self, client, session, batch):
        photo = make_photo(session, batch)
        make_inspection(session, photo, "accept", colour=(1.2, 12.0, 5.0))
        assert "only differences between parts of the piece could be judged" in client.get(f"/pieces/{photo.id}").text

    def test_one_leafs_through_the_pieces_worst_first(self, client, session, batch):
        accepted = make_photo(session, batch, seed=1, verdict="accept")
        rework = make_photo(session, batch, seed=2, verdict="rework")
        rejected = make_photo(session, batch, seed=3, verdict="reject")
        page = client.get(f"/pieces/{rework.id}").text
        assert f'rel="prev" href="/pieces/{rejected.id}"' in page
        assert f'rel="next" href="/pieces/{accepted.id}"' in page
        assert "2 of 3" in page

    def test_a_photo_to_take_again_has_no_score_and_says_what_to_do(self, client, session, batch):
        photo = make_photo(session, batch, verdict="retake", reasons=[{"code": "glare", "region": None}])
        page = client.get(f"/pieces/{photo.id}").text
        assert "Turn the piece or the lamp" in page
        assert "of 100" not in page

    @pytest.mark.parametrize("verdict", ["accept", "rework", "reject", None])
    def test_every_state_has_its_page(self, client, session, batch, verdict):
        photo = make_photo(session, batch, verdict=verdict)
        assert client.get(f"/pieces/{photo.id}").status_code == 200


class TestAnomalyMap:
    def photo_with_map(self, session: Session, batch: Batch, images: MemoryStore) -> BatchPhoto:
        found = np.zeros((4, 6), np.float32)
        found[1, 2] = 3.0
        photo = make_photo(session, batch)
        make_inspection(session, photo, "rework", map_key=images.put(encode_map(found), "image/png"))
        return photo

    def test_it_is_clear_where_nothing_was_found_and_bright_where_something_was(self, client, session, batch, images):
        photo = self.photo_with_map(session, batch, images)
        answer = client.get(f"/photos/{photo.id}/map.png")
        picture = np.asarray(Image.open(io.BytesIO(answer.data)))  # (4, 6, 4) RGBA
        assert picture.shape == (4, 6, 4)
        assert picture[0, 0, 3] == 0
        assert picture[1, 2, 3] > 200
        assert picture[1, 2, :3].min() > 100

    def test_a_browser_that_has_it_gets_no_body(self, client, session, batch, images):
        photo = self.photo_with_map(session, batch, images)
        tag = client.get(f"/photos/{photo.id}/map.png").headers["ETag"]
        again = client.get(f"/photos/{photo.id}/map.png", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")

    def test_without_a_map_there_is_nothing(self, client, session, batch):
        photo = make_photo(session, batch)
        assert client.get(f"/photos/{photo.id}/map.png").status_code == 404
