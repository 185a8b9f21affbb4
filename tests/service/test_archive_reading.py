"""Archives of pictures: what leads out of them, what is there twice, what is broken."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from catalog.errors import RuleBroken
from service.archive_reading import PictureArchive
from service.storage import key_of
from tests.service.importing import zip_bytes

MB = 1_000_000


def pictures(data: bytes, most: int = MB) -> list[tuple[str, bytes, str]]:
    archive = PictureArchive(io.BytesIO(data), 100 * MB)
    return [(file.name, file.data, file.problem) for file in archive.pictures(most)]


@pytest.mark.parametrize("name", ["../x.jpg", "/etc/x.jpg", "a/../../x.jpg", "..\\x.jpg", "C:/x.jpg", "a\nb.jpg"])
def test_a_name_that_leads_out_or_cannot_be_shown_is_left_out(name: str):
    [(shown, data, problem)] = pictures(zip_bytes({name: b"x"}))
    assert (data, problem) == (b"", "unsafe_name")
    assert shown.isprintable()


def test_of_two_pictures_of_one_name_the_first_is_taken():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zip_bytes([("a.jpg", b"1"), ("A.JPG", b"2"), ("a.jpg", b"3")])
    assert pictures(data) == [
        ("a.jpg", b"1", ""),
        ("A.JPG", b"", "duplicate_name"),
        ("a.jpg", b"", "duplicate_name"),
    ]


def test_what_systems_put_into_archives_by_themselves_is_passed_over():
    names = ["__MACOSX/._a.jpg", "p/.DS_Store", "Thumbs.db", "designs.csv", "p/a.jpg"]
    assert [name for name, _, _ in pictures(zip_bytes(dict.fromkeys(names, b"x")))] == ["p/a.jpg"]


def test_a_picture_that_is_larger_than_allowed_is_not_read_to_its_end():
    assert pictures(zip_bytes({"a.jpg": bytes(2000)}), most=1000) == [("a.jpg", b"", "too_large")]


def test_an_archive_that_unpacks_to_more_than_allowed_is_refused():
    with pytest.raises(RuleBroken) as caught:
        PictureArchive(io.BytesIO(zip_bytes({f"{number}.jpg": bytes(3 * MB) for number in range(4)})), 10 * MB)
    assert caught.value.code == "archive_too_large"


def test_an_archive_of_more_files_than_allowed_says_so(monkeypatch):
    monkeypatch.setattr("service.archive_reading.MAX_MEMBERS", 3)
    assert len(pictures(zip_bytes({f"{number}.jpg": b"x" for number in range(3)}))) == 3
    with pytest.raises(RuleBroken) as caught:
        pictures(zip_bytes({f"{number}.jpg": b"x" for number in range(4)}))
    assert (caught.value.code, caught.value.details) == ("archive_has_too_many_files", {"most": 3})


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", zip_bytes({"a.jpg": bytes(5000)})[:60]], ids=["empty", "signature", "first 60 bytes"]
)
def test_an_archive_that_was_cut_short_is_refused(data: bytes):
    with pytest.raises(RuleBroken) as caught:
        PictureArchive(io.BytesIO(data), MB)
    assert caught.value.code == "archive_is_broken"


def test_a_picture_that_is_damaged_in_the_archive_is_told():
    data = bytearray(zip_bytes({"a.jpg": bytes(range(256)) * 20, "b.jpg": b"fine"}))
    data[60:70] = b"\xff" * 10
    assert [(name, problem) for name, _, problem in pictures(bytes(data))] == [("a.jpg", "damaged"), ("b.jpg", "")]


def test_a_picture_other_than_the_manifest_says_is_told():
    manifest = {"pictures": [{"file": "a.jpg", "sha256": key_of(b"1")}, {"file": "b.jpg", "sha256": key_of(b"2")}]}
    data = zip_bytes({"a.jpg": b"1", "b.jpg": b"another", "manifest.json": json.dumps(manifest).encode()})
    assert [(name, problem) for name, _, problem in pictures(data)] == [("a.jpg", ""), ("b.jpg", "damaged")]


def test_a_locked_picture_is_told():
    data = bytearray(zip_bytes({"a.jpg": b"x"}))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    assert pictures(bytes(data)) == [("a.jpg", b"", "encrypted")]


def test_a_folder_is_no_picture():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.mkdir("p")
        archive.writestr("p/a.jpg", b"x")
    assert [name for name, _, _ in pictures(file.getvalue())] == ["p/a.jpg"]


@pytest.mark.parametrize("name", [".", "", "tech_packs/."])
def test_a_member_without_a_name_of_its_own_breaks_nothing(name: str):
    nameless = zipfile.ZipInfo("a")
    nameless.filename = name
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(nameless, b"x")
        archive.writestr("a.jpg", b"y")
    assert ("a.jpg", b"y", "") in pictures(target.getvalue())
    assert list(PictureArchive(target, MB).packs(MB)) == []


def test_a_manifest_that_is_nested_too_deeply_says_nothing():
    assert pictures(zip_bytes({"manifest.json": b"[" * 200_000, "a.jpg": b"y"})) == [("a.jpg", b"y", "")]
