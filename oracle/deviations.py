"""How far the numbers of a probe bundle are from the same numbers recomputed here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator, Sequence

from bundle import Bundle
from measurements import Evaluation, Grid, Shift, covariate_shift, evaluate, landscape, moved, norm
from network import Parameters

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


def deviations(bundle: Bundle) -> list[Deviation]:
    """Recomputes everything that the bundle holds and compares."""
    here = evaluate(bundle.problem, bundle.parameters)
    return [
        *_values(bundle.numbers, here),
        *_gradients(bundle.gradient, here.gradient),
        *_grid("", "probeSteps", bundle.numbers, bundle, here),
        *_grid("fine.", "fineSteps", bundle.numbers["fine"], bundle, here),
        *_shifts(bundle, here),
        *_norms(bundle, here),
    ]


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


def _compare(
    number: str, place: str, found: float, expected: float, scale: float | None = None
) -> Deviation:
    return Deviation(number, place, found, expected, relative(found, expected, scale))


def _values(numbers: dict[str, Any], here: Evaluation) -> Iterator[Deviation]:
    yield _compare("loss", "", numbers["loss"], here.loss)
    yield _compare("accuracy", "", numbers["accuracy"], here.accuracy, 1)
    yield _compare("gradientNorm", "", numbers["gradientNorm"], norm(here.gradient))


def _gradients(found: Parameters, expected: Parameters) -> Iterator[Deviation]:
    """By the relative l2 norm of the difference, over all tensors and of each."""
    difference = moved(found, 1, expected)
    size, whole = norm(found), norm(expected)
    yield Deviation("gradient", "", size, whole, relative(norm(difference), 0, whole))
    for name, tensor in expected.items():
        own = tensor.norm().item()
        deviation = relative(difference[name].norm().item(), 0, max(own, SMALL * whole))
        yield Deviation("gradient by tensor", name, found[name].norm().item(), own, deviation)


def _grid(
    prefix: str, multiples: str, found: dict[str, Any], bundle: Bundle, here: Evaluation
) -> Iterator[Deviation]:
    step_sizes = [
        multiple * bundle.learning_rate for multiple in bundle.numbers["experiment"][multiples]
    ]
    grid: Grid = landscape(bundle.problem, bundle.parameters, here.gradient, step_sizes)
    lists = {
        "stepSizes": step_sizes,
        "lossAt": grid.loss_at,
        "gradientDifferenceAt": grid.gradient_difference_at,
        "beta": [grid.beta],
    }
    for number, expected in lists.items():
        values = found[number] if isinstance(found[number], list) else [found[number]]
        yield from _points(prefix + number, values, expected, step_sizes)


def _points(
    number: str, found: Sequence[float], expected: Sequence[float], at: Sequence[float]
) -> Iterator[Deviation]:
    if len(found) != len(expected):
        raise ValueError(f"{number} has {len(found)} values; expected {len(expected)}.")
    for i, (value, right) in enumerate(zip(found, expected)):
        yield _compare(
            number, f"η′ = {at[i]:g}" if len(expected) == len(at) > 1 else "", value, right
        )


def _shifts(bundle: Bundle, here: Evaluation) -> Iterator[Deviation]:
    after = bundle.after or moved(bundle.parameters, bundle.learning_rate, here.gradient)
    layers = bundle.numbers["experiment"]["icsLayers"]
    found = bundle.numbers["ics"]
    if [each["layer"] for each in found] != layers:
        raise ValueError(
            f"ICS was measured at layers {[each['layer'] for each in found]}; expected {layers}."
        )
    expected: list[Shift] = covariate_shift(
        bundle.problem, bundle.parameters, after, here.gradient, layers
    )
    for value, right in zip(found, expected):
        place = f"layer {right.layer}"
        yield _compare("ics.l2", place, value["l2"], right.l2)
        yield _compare("ics.cosine", place, value["cosine"], right.cosine, 1)


def _norms(bundle: Bundle, here: Evaluation) -> Iterator[Deviation]:
    """Of every layer's kernel and its gradient, in bundles that have them."""
    for found, layer in zip(bundle.numbers.get("norms", []), bundle.problem.architecture.layers):
        kernel = f"{layer.name}/kernel"
        place = f"layer {found['layer']}"
        yield _compare(
            "norms.weight", place, found["weight"], bundle.parameters[kernel].norm().item()
        )
        yield _compare(
            "norms.gradient", place, found["gradient"], here.gradient[kernel].norm().item()
        )
