"""What leaves compressed, how, and that it is the same after all."""

from __future__ import annotations

import gzip

import brotli
import pytest

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("algorithm", UNPACK)
def test_a_page_leaves_compressed_and_says_so(client, algorithm):
    plain = client.get("/", headers={"Accept-Encoding": "identity"})
    packed = client.get("/", headers={"Accept-Encoding": algorithm})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == algorithm
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert UNPACK[algorithm](packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("algorithm", UNPACK)
@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/js/app.js", "/static/icons.svg"])
def test_a_static_text_leaves_compressed(client, algorithm, path):
    plain = client.get(path, headers={"Accept-Encoding": "identity"}, buffered=True)
    packed = client.get(path, headers={"Accept-Encoding": algorithm})
    assert packed.headers["Content-Encoding"] == algorithm
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert UNPACK[algorithm](packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_a_browser_that_reads_brotli_gets_it(client):
    response = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert response.headers["Content-Encoding"] == "br"


def test_a_part_of_a_static_text_is_a_part_of_the_text(client):
    response = client.get(
        "/static/css/base.css", headers={"Accept-Encoding": "br", "Range": "bytes=0-9"}, buffered=True
    )
    assert response.status_code == 206
    assert response.data == client.get("/static/css/base.css", buffered=True).data[:10]


def test_a_static_file_that_is_not_there_is_not_found(client):
    assert client.get("/static/css/nothing.css", headers={"Accept-Encoding": "br"}).status_code == 404


def test_asking_for_the_head_alone_sends_no_body(client):
    for path in ("/", "/static/css/base.css"):
        assert client.head(path, headers={"Accept-Encoding": "br"}, buffered=True).data == b""


def test_pages_that_nobody_signed_in_for_hold_no_secret_and_leave_no_cookie(client):
    response = client.get("/")
    assert "csrf" not in response.text
    assert "Set-Cookie" not in response.headers
