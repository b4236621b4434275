"""The safetensors format: header length, JSON header, then the tensors, little-endian."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Mapping

import numpy as np

Arrays = dict[str, np.ndarray]

DTYPES = {"F64": "<f8", "F32": "<f4", "I32": "<i4"}
NAMES = {np.dtype(layout): name for name, layout in DTYPES.items()}
ALIGNMENT = 8


def read(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Tensors and metadata of a file. Raises ValueError where it is not of this format."""
    content = path.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", content)
        header = json.loads(content[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        body = memoryview(content)[8 + length :]
        arrays = {name: _array(body, **entry) for name, entry in header.items()}
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is not a safetensors file of float64, float32 or int32: {error}"
        ) from error
    return arrays, metadata


def _array(body: memoryview, dtype: str, shape: list[int], data_offsets: list[int]) -> np.ndarray:
    begin, end = data_offsets
    return np.frombuffer(body[begin:end], DTYPES[dtype]).reshape(shape)


def write(path: Path, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Writes float64, float32 and int32 arrays in the given order."""
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    offset = 0
    for name, array in arrays.items():
        end = offset + array.nbytes
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % ALIGNMENT)
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    path.write_bytes(struct.pack("<Q", len(head)) + head + body)
