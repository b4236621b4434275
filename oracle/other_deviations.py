"""How far those numbers are that only some bundles hold.

Random directions, activations, sharpness, flatness and the test set.
"""

from __future__ import annotations

from typing import Iterator, Sequence

from activations import edge_shift, unit_values
from bundle import Bundle
from comparison import Deviation, compare, relative
from curvature import Hessian, flat, lanczos
from directions import loss_plane, random_points
from measurements import Evaluation, norm
from network import Observed, loss_and_accuracy

CONVERGED_SHARPNESS = "sharpness.converged"
CONVERGED = 1e-4
"""The sharpness that is called converged is known to this share of itself."""
UNMOVED = 1e-3
"""A moment that has moved by less than this share of its own size has not moved.

A drift is the difference of two means in float32, each known to about 1e-7 of the values it is of.
Where a layer keeps its mean at zero, nothing but that is left.
"""


def other_deviations(bundle: Bundle, here: Evaluation) -> Iterator[Deviation]:
    yield from _random(bundle, here)
    yield from _activations(bundle)
    yield from _sharpness(bundle)
    yield from _flatness(bundle)
    yield from _test(bundle)


def _random(bundle: Bundle, here: Evaluation) -> Iterator[Deviation]:
    found = bundle.numbers.get("random")
    draws = [draw for name, draw in bundle.draws.items() if name.startswith("random")]
    if not found or not draws:
        return
    multiples = bundle.numbers["experiment"]["probeSteps"]
    sizes = [multiple * bundle.learning_rate for multiple in multiples]
    losses, differences = random_points(
        bundle.problem, bundle.parameters, here.gradient, draws, sizes
    )
    at = sizes * len(draws)
    length = norm(here.gradient)
    betas = [each / (size * length) for each, size in zip(differences, at)]
    for number, expected in (("lossAt", losses), ("gradientDifferenceAt", differences)):
        for size, value, right in zip(at, found[number], expected, strict=True):
            yield compare(f"random.{number}", f"η′ = {size:g}", value, right)
    yield compare("random.beta", "", found["beta"], max(betas))


def _activations(bundle: Bundle) -> Iterator[Deviation]:
    """Means in root mean squares of the unit; counts by how far a bin's edge has to move."""
    if bundle.numbers.get("version", 1) < 2:
        return
    observed = Observed()
    loss_and_accuracy(bundle.problem, bundle.parameters, observed=observed)
    layers = list(observed.activations.values())
    for found in bundle.numbers["activations"]:
        place = f"layer {found['layer']} unit {found['unit']}"
        values = unit_values(layers[found["layer"] - 1], found["unit"])
        mean, variance = values.mean().item(), values.var(unbiased=False).item()
        size = (mean**2 + variance) ** 0.5
        yield compare("activations.mean", place, found["mean"], mean, size)
        yield compare("activations.variance", place, found["variance"], variance)
        shift = edge_shift(values, found["counts"])
        yield Deviation("activations.histogram", place, shift, 0, shift)


def _sharpness(bundle: Bundle) -> Iterator[Deviation]:
    found, first = bundle.numbers.get("sharpness"), bundle.draws.get("lanczos")
    if not found or not first:
        return
    hessian = Hessian(bundle.problem, bundle.parameters)
    for products, ritz in enumerate(lanczos(hessian, flat(first)), 1):
        if products == found["products"]:
            yield compare("sharpness", f"{products} products", found["eigenvalue"], ritz.value)
        if products >= found["products"] and ritz.bound <= CONVERGED * abs(ritz.value):
            break
    # What the method has not found yet when it stops is no deviation, unless it is more than it says.
    distance = abs(found["eigenvalue"] - ritz.value)
    beyond = distance - found["errorBound"] - CONVERGED * abs(ritz.value)
    deviation = max(0.0, beyond) / abs(ritz.value)
    yield Deviation(CONVERGED_SHARPNESS, "", found["eigenvalue"], ritz.value, deviation)


def _flatness(bundle: Bundle) -> Iterator[Deviation]:
    found = bundle.numbers.get("flatness")
    if not found:
        return
    at = found["at"]
    draws = [bundle.draws["flat1"], bundle.draws["flat2"]]
    expected = loss_plane(bundle.problem, bundle.parameters, draws, at)
    middle = len(at) // 2
    yield from _row("flatness.line", "", at, found["line"], [row[middle] for row in expected])
    for along, values, right in zip(at, found["plane"], expected, strict=True):
        yield from _row("flatness.plane", f"{along:g}, ", at, values, right)


def _row(
    number: str, before: str, at: Sequence[float], found: Sequence[float], expected: Sequence[float]
) -> Iterator[Deviation]:
    for place, value, right in zip(at, found, expected, strict=True):
        yield compare(number, f"at {before}{place:g}", value, right)


def _test(bundle: Bundle) -> Iterator[Deviation]:
    found = bundle.numbers.get("test")
    if not found or bundle.test is None:
        return
    loss, accuracy = loss_and_accuracy(bundle.test, bundle.parameters, bundle.running)
    yield compare("test.loss", "", found["loss"], loss.item())
    yield compare("test.accuracy", "", found["accuracy"], accuracy, 1)


def drift(earlier: Sequence[Deviation], later: Sequence[Deviation]) -> Iterator[Deviation]:
    """Of activations from one probe of a network to another.

    Where a moment has moved by less than `UNMOVED` of its own size, it is held against that.
    """
    before = {(each.number, each.place): each for each in earlier}
    for end in later:
        start = before.get((end.number, end.place))
        if start is None or end.number not in ("activations.mean", "activations.variance"):
            continue
        found, expected = end.found - start.found, end.expected - start.expected
        variance = max(
            each["activations.variance", end.place].expected
            for each in (before, {(d.number, d.place): d for d in later})
        )
        size = variance**0.5 if end.number.endswith("mean") else variance
        deviation = relative(found - expected, 0, max(abs(expected), UNMOVED * size))
        number = end.number.replace("activations", "drift")
        yield Deviation(number, end.place, found, expected, deviation)
