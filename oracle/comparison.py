"""What a deviation is."""

from __future__ import annotations

import math
from dataclasses import dataclass

FLOAT32_MAX = 3.4028234663852886e38
SMALL = 1e-4
"""A tensor's gradient below this share of the whole is held against that share.

Where most of a sum cancels, as in β before a linear map and BatchNorm, float32 keeps the digits of
its parts, not of what is left.
"""


@dataclass(frozen=True)
class Deviation:
    number: str
    """`loss`, `lossAt`, `fine.beta`, `ics.l2`, `gradient by tensor` …"""
    place: str
    """Which of several: a tensor, a step size, a layer."""
    found: float
    expected: float
    deviation: float


def relative(found: float, expected: float, scale: float | None = None) -> float:
    """|found − expected| / |scale|, by default the expected.

    Two NaN do not deviate, nor does Inf from what is beyond float32's range.
    """
    if math.isnan(found) and math.isnan(expected) or found == expected:
        return 0
    if math.isinf(found) and abs(expected) > FLOAT32_MAX and found * expected > 0:
        return 0
    size = abs(expected if scale is None else scale)
    return abs(found - expected) / size if size > 0 else math.inf


def compare(
    number: str, place: str, found: float, expected: float, scale: float | None = None
) -> Deviation:
    return Deviation(number, place, found, expected, relative(found, expected, scale))
