"""Writes oracle/fixtures/: small probe bundles whose numbers PyTorch computed, for the tests of the engines.

python3 oracle/make_fixtures.py

Networks and minibatches are random, by the case's name as seed, and rounded to float32. The noise is what
src/network/noise.ts draws for the fixture's seed, layer and step; scripts/fixture-noise.ts hands it over (npx tsx).
A fixture is a probe bundle with gradients in float64, and with what only fixtures have: `running/…` statistics, `updated/…`
ones after the minibatch, the `evaluation` with the former, and mean and variance of `activations` of a few units.
"""

from __future__ import annotations

import json
import subprocess
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import safetensors_file
from architecture import Architecture, Variant, architecture, parameter_names
from bundle import encode
from fixture_cases import CASES, CLASSES, PAPER_NOISE, Case
from measurements import covariate_shift, evaluate, landscape, moved, norm
from network import Observed, Parameters, Problem, loss_and_accuracy
from normalisation import Statistics

HERE = Path(__file__).parent
EPSILON = 1e-5
RUNNING_WEIGHT = 0.1
FINE_STEPS = (0.01, 0.1)
SEED = 3
STEP = 4


class Draw:
    """Random tensors that float32 holds exactly, in float64."""

    def __init__(self, name: str) -> None:
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape: int, scale: float = 1, mean: float = 0) -> Tensor:
        values = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        return (mean + scale * values).float().double()

    def classes(self, count: int) -> Tensor:
        return torch.randint(CLASSES, (count,), generator=self.generator)


def random_parameters(case: Case, built: Architecture, draw: Draw) -> Parameters:
    """Glorot-sized kernels; γ around 1; β and biases around 0."""
    (height, width, channels) = case.size
    parameters: Parameters = {}
    names = parameter_names(built.layers, built.loss, Variant.parse(case.variant).frozen)
    for layer in built.layers:
        inputs = channels if layer.kind == "convolution" else height * width * channels
        window = (3, 3) if layer.kind == "convolution" else ()
        scale = (2 / ((9 if window else 1) * (inputs + layer.width))) ** 0.5
        parameters[f"{layer.name}/kernel"] = draw.normal(*window, inputs, layer.width, scale=scale)
        for role in ("gamma", "beta", "bias"):
            if f"{layer.name}/{role}" in names:
                mean = 1 if role == "gamma" else 0
                parameters[f"{layer.name}/{role}"] = draw.normal(layer.width, scale=0.3, mean=mean)
        channels = layer.width
        if layer.kind == "dense":
            height = width = 1
        elif layer.pooled:
            height, width = -(-height // 2), -(-width // 2)
    return parameters


def tie(case: Case, x: Tensor, kernel: Tensor) -> None:
    """Makes the largest |y| of the first layer occur twice, at inputs that differ; signs are equal and opposite."""
    if case.is_deep_linear:
        x[:2] = 0
        x[0, 0, 0, 0] = x[1, 0, 0, 1] = 8
        kernel[1] = kernel[0] * torch.tensor([1, -1, 1, -1, 1])
        return
    x *= 0.125
    x[0] = 0
    x[0, 2, 2, 0] = 8
    kernel[0, 0, 0] = torch.tensor([0.75, 0.5, -0.625])
    kernel[2, 2, 0] = torch.tensor([0.75, -0.5, -0.625])
    kernel[1, 1, 0] = 0.25


def shapes_of_noise(case: Case, built: Architecture) -> dict[int, tuple[int, ...]]:
    """[N, H, W, C] or [N, units] of the noise of each noisy layer, by its index."""
    (height, width, _) = case.size
    shapes: dict[int, tuple[int, ...]] = {}
    for index, layer in enumerate(built.layers):
        shape = (case.examples, height, width, layer.width)
        if layer.noisy:
            shapes[index] = shape if layer.kind == "convolution" else (case.examples, layer.width)
        if layer.pooled:
            height, width = -(-height // 2), -(-width // 2)
    return shapes


def draw_noise(case: Case, built: Architecture) -> Parameters:
    """The noise of the engines, through scripts/fixture-noise.ts."""
    shapes = shapes_of_noise(case, built)
    asked = [
        {
            "settings": PAPER_NOISE,
            "seed": SEED,
            "step": STEP,
            "layer": index,
            "rows": int(torch.tensor(shape[:-1]).prod()),
            "channels": shape[-1],
        }
        for index, shape in shapes.items()
    ]
    if not asked:
        return {}
    command = ["npx", "tsx", "scripts/fixture-noise.ts"]
    answer = subprocess.run(
        command, cwd=HERE.parent, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    drawn = json.loads(answer.stdout)
    return {
        f"{built.layers[index].name}/{role}": torch.tensor(each[role], dtype=torch.float64).reshape(shape)
        for (index, shape), each in zip(shapes.items(), drawn)
        for role in ("shift", "scale")
    }


def random_problem(case: Case) -> tuple[Problem, Parameters, Draw]:
    draw = Draw(case.name)
    outputs = case.size[2] if case.is_deep_linear else CLASSES
    built = architecture(case.network, Variant.parse(case.variant), outputs)
    parameters = random_parameters(case, built, draw)
    x = draw.normal(case.examples, *case.size)
    if case.ties:
        tie(case, x, parameters[f"{built.layers[0].name}/kernel"])
    y = draw.normal(case.examples, outputs) if case.is_deep_linear else draw.classes(case.examples)
    noise = draw_noise(case, built)
    return Problem(built, x, y, noise, EPSILON, case.weight_decay), parameters, draw


def running_statistics(observed: Observed, draw: Draw) -> dict[str, Statistics]:
    """Near those of the minibatch, as after some training."""
    return {
        name: ((0.5 * mean).float().double(), (spread * (0.8 + 0.4 * draw.normal(1).abs())).float().double())
        for name, (mean, spread) in observed.statistics.items()
    }


def activations_of(observed: Observed) -> list[dict[str, float]]:
    """Mean and biased variance of the last unit of every layer; layers and units counted from 0."""
    units = [(index, z[:, -1], z.shape[1] - 1) for index, z in enumerate(observed.activations.values())]
    return [
        {"layer": layer, "unit": unit, "mean": z.mean().item(), "variance": z.var(unbiased=False).item()}
        for layer, z, unit in units
    ]


def make(case: Case) -> None:
    problem, parameters, draw = random_problem(case)
    learning_rate = Variant.parse(case.variant).learning_rate or case.learning_rate
    here = evaluate(problem, parameters)
    observed = Observed()
    loss_and_accuracy(problem, parameters, observed=observed)
    running = running_statistics(observed, draw)
    after = moved(parameters, learning_rate, here.gradient)
    if case.momentum > 0:
        velocity = {name: draw.normal(*tensor.shape, scale=0.1) for name, tensor in parameters.items()}
        after = moved(after, learning_rate * case.momentum, velocity)
        after = {name: tensor.float().double() for name, tensor in after.items()}
    layers = list(range(1, len(problem.architecture.layers) + 1))
    grids = {}
    for steps in (case.probe_steps, FINE_STEPS):
        sizes = [multiple * learning_rate for multiple in steps]
        grid = landscape(problem, parameters, here.gradient, sizes)
        grids[steps] = {
            "stepSizes": sizes,
            "lossAt": grid.loss_at,
            "gradientDifferenceAt": grid.gradient_difference_at,
            "beta": grid.beta,
        }
    evaluation_loss, evaluation_accuracy = loss_and_accuracy(problem, parameters, running)
    numbers: dict[str, Any] = {
        "experiment": {
            "network": case.network,
            "learningRate": case.learning_rate,
            "momentum": case.momentum,
            "weightDecay": case.weight_decay,
            "probeSteps": case.probe_steps,
            "fineSteps": FINE_STEPS,
            "icsLayers": layers,
            **PAPER_NOISE,
        },
        "step": STEP,
        "epsilon": EPSILON,
        "variant": case.variant,
        "seed": SEED,
        "learningRate": learning_rate,
        "loss": here.loss,
        "accuracy": here.accuracy,
        "gradientNorm": norm(here.gradient),
        **grids[case.probe_steps],
        "fine": grids[FINE_STEPS],
        "ics": [asdict(shift) for shift in covariate_shift(problem, parameters, after, here.gradient, layers)],
        "evaluation": {"loss": evaluation_loss.item(), "accuracy": evaluation_accuracy},
        "activations": activations_of(observed),
    }
    tensors = {
        "batch.x": problem.x.float(),
        "batch.y": problem.y.float() if case.is_deep_linear else problem.y.int(),
        **{f"param/{name}": tensor.float() for name, tensor in parameters.items()},
        **{f"grad/{name}": tensor for name, tensor in here.gradient.items()},
        **({f"next/{name}": tensor.float() for name, tensor in after.items()} if case.momentum > 0 else {}),
        **{f"noise/{name}": tensor.float() for name, tensor in problem.noise.items()},
        **statistics_tensors(running, observed),
    }
    safetensors_file.write(
        HERE / "fixtures" / f"{case.name}.safetensors",
        {name: tensor.detach().contiguous().numpy() for name, tensor in tensors.items()},
        {key: json.dumps(encode(value)) for key, value in numbers.items()},
    )


def statistics_tensors(running: dict[str, Statistics], observed: Observed) -> dict[str, Tensor]:
    """Running statistics before and after they have taken in the minibatch's."""
    tensors = {}
    for name, before in running.items():
        for role, old, new in zip(("mean", "spread"), before, observed.statistics[name]):
            tensors[f"running/{name}/{role}"] = old.float()
            tensors[f"updated/{name}/{role}"] = (1 - RUNNING_WEIGHT) * old + RUNNING_WEIGHT * new
    return tensors


def main() -> None:
    torch.set_num_threads(1)
    (HERE / "fixtures").mkdir(exist_ok=True)
    for stale in (HERE / "fixtures").glob("*.safetensors"):
        stale.unlink()
    for case in CASES:
        make(case)


if __name__ == "__main__":
    main()
