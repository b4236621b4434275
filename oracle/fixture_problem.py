"""The random network and minibatch of a fixture, and the noise that the engines will meet."""

from __future__ import annotations

import json
import subprocess
import zlib
from pathlib import Path

import torch
from torch import Tensor

from architecture import Architecture, Variant, architecture, parameter_names
from fixture_cases import CLASSES, PAPER_NOISE, Case
from network import Parameters, Problem

ROOT = Path(__file__).parent.parent
EPSILON = 1e-5
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
    """Makes the largest |y| of the first layer occur twice, with equal and opposite signs."""
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
        command,
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    drawn = json.loads(answer.stdout)
    return {
        f"{built.layers[index].name}/{role}": torch.tensor(
            each[role], dtype=torch.float64
        ).reshape(shape)
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
