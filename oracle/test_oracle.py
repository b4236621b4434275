"""The oracle against PyTorch's own layers, and against bundles with a number put wrong.

python3 -m unittest discover oracle
"""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

import safetensors_file
import theory
from activations import edge_shift
from bundle import read_bundle
from comparison import Deviation
from curvature import Hessian, lanczos
from deviations import deviations
from directions import filter_normalised
from network import Observed, loss_and_accuracy
from normalisation import minibatch_statistics, normalise
from other_deviations import UNMOVED, drift
from recompute import is_worse

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.safetensors"))
EPSILON = 1e-5


def worst(path: Path) -> float:
    found = [each.deviation for each in deviations(read_bundle(path))]
    return next((each for each in found if each != each), max(found))


def altered(path: Path, folder: str, tensor: str) -> Path:
    """A copy in which one element of a tensor is a hundredth larger."""
    arrays, metadata = safetensors_file.read(path)
    changed = arrays[tensor].copy()
    changed.flat[abs(changed).argmax()] *= 1.01
    copy = Path(folder) / path.name
    safetensors_file.write(copy, {**arrays, tensor: changed}, metadata)
    return copy


class Fixtures(unittest.TestCase):
    def test_are_what_the_oracle_computes_now(self) -> None:
        for path in FIXTURES:
            self.assertFalse(is_worse(worst(path), 1e-9), path.name)

    def test_with_anything_changed_are_found_wrong(self) -> None:
        path = FIXTURES[0].with_name("noisy-batch.safetensors")
        names = (
            "batch.x",
            "param/conv1/kernel",
            "param/conv2/gamma",
            "grad/dense1/bias",
            "noise/conv1/scale",
        )
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                self.assertTrue(is_worse(worst(altered(path, folder, name)), 2e-3), name)

    def test_with_a_lost_tensor_are_refused(self) -> None:
        arrays, metadata = safetensors_file.read(FIXTURES[0])
        del arrays["param/conv1/kernel"]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "lost.safetensors"
            safetensors_file.write(copy, arrays, metadata)
            with self.assertRaises(ValueError):
                read_bundle(copy)


class Theory(unittest.TestCase):
    def test_is_what_the_fixture_holds(self) -> None:
        fixture = json.loads(theory.FILE.read_text(encoding="utf-8"))
        self.assertEqual(len(fixture["cases"]), len(theory.SETUPS))
        for setup, expected in zip(theory.SETUPS[1:], fixture["cases"][1:]):
            self.compare(theory.check(setup), expected, setup.downstream)

    def test_holds_in_pytorch(self) -> None:
        for setup in theory.SETUPS[1:]:
            found = theory.check(setup)
            for row in [*found["gradients"], *found["curvature"], *found["worstCase"]["rows"]]:
                self.assertLess(abs(row["left"] / row["right"] - 1), 1e-6, setup)

    def compare(self, found: Any, expected: Any, place: str) -> None:
        if isinstance(expected, dict):
            for key, value in expected.items():
                self.compare(found[key], value, f"{place}.{key}")
        elif isinstance(expected, list):
            for one, other in zip(found, expected, strict=True):
                self.compare(one, other, place)
        elif isinstance(expected, float):
            self.assertLessEqual(abs(found - expected), 1e-9 * abs(expected) + 1e-14, place)
        else:
            self.assertEqual(found, expected, place)


class Normalisations(unittest.TestCase):
    def setUp(self) -> None:
        self.y = torch.randn(
            4, 6, 3, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64
        )

    def test_with_stopped_statistics_have_the_same_values(self) -> None:
        for norm in ("batch", "l1", "l2", "linf", "layer", "group"):
            plain, stopped = (normalise(norm, self.y, EPSILON, stop) for stop in (False, True))
            self.assertTrue(torch.allclose(plain, stopped, rtol=1e-12), norm)

    def test_of_examples_are_layer_norm(self) -> None:
        expected = functional.layer_norm(self.y, self.y.shape[1:], eps=EPSILON)
        self.assertTrue(
            torch.allclose(normalise("layer", self.y, EPSILON, False), expected, rtol=1e-12)
        )

    def test_with_running_statistics_are_batch_norm_in_evaluation(self) -> None:
        mean, variance = minibatch_statistics("batch", self.y)
        expected = functional.batch_norm(self.y, mean, variance, eps=EPSILON)
        self.assertTrue(
            torch.allclose(
                normalise("batch", self.y, EPSILON, False, (mean, variance)), expected, rtol=1e-12
            )
        )

    def test_by_the_p_norm_have_p_norm_one_but_for_the_mean(self) -> None:
        for norm, power in (("l1", 1.0), ("l2", 2.0), ("linf", float("inf"))):
            mean, _ = minibatch_statistics(norm, self.y)
            scaled = normalise(norm, self.y, 0, False) + mean.reshape(1, -1, 1, 1) / self._scale(
                norm
            )
            size = scaled.transpose(0, 1).reshape(6, -1).norm(power, dim=1)
            count = 1 if norm == "linf" else (4 * 15) ** (1 / power)
            self.assertTrue(torch.allclose(size / count, torch.ones(6, dtype=torch.float64)), norm)

    def _scale(self, norm: str) -> torch.Tensor:
        spread = minibatch_statistics(norm, self.y)[1].reshape(1, -1, 1, 1)
        return spread.sqrt() if norm == "l2" else spread


class Curvature(unittest.TestCase):
    def test_of_lanczos_is_that_of_the_whole_hessian(self) -> None:
        for name in ("none", "batch", "linf", "group.stopped", "dln-l1"):
            bundle = read_bundle(FIXTURES[0].with_name(f"{name}.safetensors"))
            hessian = Hessian(bundle.problem, bundle.parameters)
            first = torch.ones(hessian.size, dtype=torch.float64)
            first[::3] = -2
            whole = hessian.largest_eigenvalue()
            for ritz in lanczos(hessian, first):
                self.assertLessEqual(ritz.value, whole * (1 + 1e-9), name)
                if ritz.bound < 1e-6 * whole:
                    break
            self.assertAlmostEqual(ritz.value / whole, 1, 5, name)

    def test_of_the_gradient_is_its_slope(self) -> None:
        bundle = read_bundle(FIXTURES[0].with_name("dln-batch.safetensors"))
        hessian = Hessian(bundle.problem, bundle.parameters)
        direction = torch.linspace(-1, 1, hessian.size, dtype=torch.float64)
        sides = []
        for sign in (1, -1):
            moved, offset = {}, 0
            for name, tensor in bundle.parameters.items():
                part = direction[offset : offset + tensor.numel()].reshape(tensor.shape)
                moved[name] = tensor + sign * 1e-5 * part
                offset += tensor.numel()
            sides.append(Hessian(bundle.problem, moved).gradient.detach())
        slope = (sides[0] - sides[1]) / 2e-5
        error = (hessian.times(direction) - slope).norm() / slope.norm()
        self.assertLess(error.item(), 1e-6)


class Besides(unittest.TestCase):
    def test_histograms_are_as_far_off_as_their_edges(self) -> None:
        values = torch.randn(500, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
        values = values.sort().values
        deviation = values.std(unbiased=False)
        bins = ((values - values.mean()) / (8 * deviation / 64) + 32).floor().clamp(0, 63)
        counts = [float((bins == index).sum()) for index in range(64)]
        self.assertEqual(edge_shift(values, counts), 0)
        counts[30], counts[31] = counts[30] + 1, counts[31] - 1
        self.assertGreater(edge_shift(values, counts), 0)
        counts[10] += 1
        self.assertEqual(edge_shift(values, counts), float("inf"))

    def test_drift_is_held_against_itself_or_what_counts_as_unmoved(self) -> None:
        def probe(mean: float, expected: float) -> list[Deviation]:
            return [
                Deviation("activations.mean", "", mean, expected, 0),
                Deviation("activations.variance", "", 4, 4, 0),
            ]

        def deviation(end: list[Deviation]) -> float:
            return next(iter(drift(probe(1, 1), end))).deviation

        self.assertAlmostEqual(deviation(probe(1.51, 1.5)), 0.01 / 0.5)
        self.assertAlmostEqual(deviation(probe(1.003, 1.001)), 0.002 / (UNMOVED * 2))

    def test_directions_are_as_long_as_the_filters(self) -> None:
        bundle = read_bundle(FIXTURES[0].with_name("batch.safetensors"))
        draw = {name: torch.ones_like(each) for name, each in bundle.parameters.items()}
        direction = filter_normalised(bundle.parameters, draw)
        kernel = "conv2/kernel"
        lengths = (each[kernel].flatten(0, 2).norm(dim=0) for each in (direction, bundle.parameters))
        self.assertTrue(torch.allclose(*lengths))
        self.assertEqual(direction["conv2/gamma"].abs().max().item(), 0)


class Networks(unittest.TestCase):
    def test_share_the_slope_of_equal_maxima_evenly(self) -> None:
        y = torch.tensor([[2.0], [-2.0], [1.0]], dtype=torch.float64, requires_grad=True)
        minibatch_statistics("linf", y)[1].sum().backward()
        assert y.grad is not None
        self.assertEqual(y.grad.flatten().tolist(), [0.5, -0.5, 0.0])

    def test_show_their_activations_before_the_rectifier(self) -> None:
        bundle = read_bundle(FIXTURES[0].with_name("batch.safetensors"))
        observed = Observed()
        loss_and_accuracy(bundle.problem, bundle.parameters, observed=observed)
        for name in ("conv1", "conv2", "conv3"):
            mean = observed.activations[name].mean([0, 2, 3])
            self.assertTrue(
                torch.allclose(mean, bundle.parameters[f"{name}/beta"], rtol=1e-9), name
            )


if __name__ == "__main__":
    unittest.main()
