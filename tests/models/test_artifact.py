import hashlib

import numpy as np
import pytest

from models.artifact import MAGIC, pack, unpack
from models.errors import BrokenArtifact

CONTENT = {"name": "bowl", "limit": 1.5, "box": [1, 2]}
ARRAYS = {
    "bank": np.random.default_rng(0).normal(size=(30, 7)).astype(np.float16),
    "owners": np.arange(30, dtype=np.int32),
    "empty": np.zeros((0, 3), np.float32),
}


def test_what_is_packed_comes_back():
    content, arrays = unpack(pack(CONTENT, ARRAYS))
    assert content == CONTENT
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def test_same_content_gives_the_same_bytes():
    assert pack(CONTENT, ARRAYS) == pack(dict(reversed(CONTENT.items())), ARRAYS)


def test_any_changed_byte_is_noticed():
    data = pack(CONTENT, ARRAYS)
    for place in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[place] ^= 0x40
        with pytest.raises(BrokenArtifact):
            unpack(bytes(damaged))


@pytest.mark.parametrize("kept", [0, 5, len(MAGIC), len(MAGIC) + 20, len(MAGIC) + 32, 200])
def test_any_missing_end_is_noticed(kept):
    with pytest.raises(BrokenArtifact):
        unpack(pack(CONTENT, ARRAYS)[:kept])


@pytest.mark.parametrize("body", [b"", b"\xff" * 8, b"\x02" + b"\0" * 7 + b"{}", b"\x02" + b"\0" * 7 + b"[]"])
def test_hashed_nonsense_is_refused_too(body):
    with pytest.raises(BrokenArtifact):
        unpack(MAGIC + hashlib.sha256(body).digest() + body)


def test_objects_are_never_stored():
    with pytest.raises(ValueError, match="cannot be stored"):
        pack({}, {"objects": np.array([object()])})
