"""A fitted standard as bytes: a magic line, a SHA-256, a JSON manifest, the arrays. No pickle, no code.

    KRIYA-STANDARD 1\\n | sha256 of the rest, 32 bytes | manifest length, 8 bytes | manifest | arrays,
    deflated

The same content always gives the same bytes, so the hash of a file names the standard.
"""

import hashlib
import json
import struct
import zlib
from typing import Any

import numpy as np

from models.errors import BrokenArtifact

MAGIC = b"KRIYA-STANDARD 1\n"
MAX_BYTES = 64 * 2**20
_DTYPES = {"float32", "float16", "uint8", "int8", "int32", "int64", "float64"}
_DIGEST_BYTES = 32


def pack(content: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    """Content (plain JSON) and arrays to bytes. Raises: ValueError for a dtype that is not plain numbers."""
    listed = []
    for name, array in arrays.items():
        if array.dtype.name not in _DTYPES:
            raise ValueError(f"{name}: {array.dtype} cannot be stored")
        listed.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape)})
    manifest = json.dumps({"content": content, "arrays": listed}, sort_keys=True).encode()
    blob = zlib.compress(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values()), 6)
    body = struct.pack("<Q", len(manifest)) + manifest + blob
    return MAGIC + hashlib.sha256(body).digest() + body


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The inverse of pack. Raises: BrokenArtifact when any byte is missing, changed or unknown."""
    if not data.startswith(MAGIC):
        raise BrokenArtifact("The file is not a Kriya standard of a known version.")
    digest, body = data[len(MAGIC) : len(MAGIC) + _DIGEST_BYTES], data[len(MAGIC) + _DIGEST_BYTES :]
    if hashlib.sha256(body).digest() != digest:
        raise BrokenArtifact("The standard is damaged: its hash does not match.")
    try:
        (length,) = struct.unpack_from("<Q", body)
        manifest = json.loads(body[8 : 8 + length])
        return manifest["content"], _read_arrays(manifest["arrays"], body[8 + length :])
    except (struct.error, ValueError, KeyError, TypeError, zlib.error) as error:
        raise BrokenArtifact(f"The standard cannot be read: {error}") from error


def _read_arrays(listed: list[dict[str, Any]], blob: bytes) -> dict[str, np.ndarray]:
    inflater = zlib.decompressobj()
    raw = inflater.decompress(blob, MAX_BYTES)
    if inflater.unconsumed_tail:
        raise ValueError(f"more than {MAX_BYTES} bytes of arrays")
    arrays, offset = {}, 0
    for entry in listed:
        if entry["dtype"] not in _DTYPES:
            raise ValueError(f"unknown dtype {entry['dtype']}")
        count = int(np.prod(entry["shape"], dtype=np.int64))
        array = np.frombuffer(raw, entry["dtype"], count, offset).reshape(entry["shape"])
        arrays[entry["name"]] = array
        offset += array.nbytes
    return arrays
