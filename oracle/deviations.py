"""How far the numbers of a probe bundle are from the same numbers recomputed here."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from bundle import Bundle
from comparison import SMALL, Deviation, compare, relative
from measurements import Evaluation, Grid, Shift, covariate_shift, evaluate, landscape, moved, norm
from network import Parameters
from other_deviations import other_deviations

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
        *other_deviations(bundle, here),
    ]


def _values(numbers: dict[str, Any], here: Evaluation) -> Iterator[Deviation]:
    yield compare("loss", "", numbers["loss"], here.loss)
    yield compare("accuracy", "", numbers["accuracy"], here.accuracy, 1)
    yield compare("gradientNorm", "", numbers["gradientNorm"], norm(here.gradient))


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
        yield compare(
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
        yield compare("ics.l2", place, value["l2"], right.l2)
        yield compare("ics.cosine", place, value["cosine"], right.cosine, 1)


def _norms(bundle: Bundle, here: Evaluation) -> Iterator[Deviation]:
    """Of every layer's kernel and its gradient, in bundles that have them."""
    for found, layer in zip(bundle.numbers.get("norms", []), bundle.problem.architecture.layers):
        kernel = f"{layer.name}/kernel"
        place = f"layer {found['layer']}"
        weight = bundle.parameters[kernel].norm().item()
        yield compare("norms.weight", place, found["weight"], weight)
        rates = (bundle.learning_rate / each**2 for each in (found["weight"], weight))
        yield compare("effectiveLearningRate", place, *rates)
        yield compare(
            "norms.gradient", place, found["gradient"], here.gradient[kernel].norm().item()
        )
