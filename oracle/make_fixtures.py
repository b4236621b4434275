"""Writes oracle/fixtures/: small probe bundles with PyTorch's numbers, for the engines' tests.

python3 oracle/make_fixtures.py

Networks and minibatches are random, by the case's name as seed, and rounded to float32. The noise
is what src/network/noise.ts draws for the fixture's seed, layer and step; scripts/fixture-noise.ts
hands it over (npx tsx). A fixture is a probe bundle with gradients in float64, and with what only
fixtures have: `running/…` statistics, `updated/…` ones after the minibatch, the `evaluation` with
the former, mean and variance of the `activations` of one unit a layer, and the `sharpness`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Sequence

import torch
from torch import Tensor

import safetensors_file
from architecture import Variant
from bundle import encode
from curvature import Hessian
from fixture_cases import CASES, PAPER_NOISE, Case
from fixture_problem import EPSILON, SEED, STEP, Draw, random_problem
from measurements import Evaluation, covariate_shift, evaluate, landscape, moved, norm
from network import Observed, Parameters, Problem, loss_and_accuracy
from normalisation import Statistics

FOLDER = Path(__file__).parent / "fixtures"
RUNNING_WEIGHT = 0.1
FINE_STEPS = (0.01, 0.1)


def running_statistics(observed: Observed, draw: Draw) -> dict[str, Statistics]:
    """Near those of the minibatch, as after some training."""
    return {
        name: (
            (0.5 * mean).float().double(),
            (spread * (0.8 + 0.4 * draw.normal(1).abs())).float().double(),
        )
        for name, (mean, spread) in observed.statistics.items()
    }


def activations_of(observed: Observed) -> list[dict[str, float]]:
    """Mean and biased variance of the last unit of every layer; all counted from 0."""
    units = [
        (index, z[:, -1], z.shape[1] - 1) for index, z in enumerate(observed.activations.values())
    ]
    return [
        {
            "layer": layer,
            "unit": unit,
            "mean": z.mean().item(),
            "variance": z.var(unbiased=False).item(),
        }
        for layer, z, unit in units
    ]


def updated(
    case: Case, rate: float, parameters: Parameters, here: Evaluation, draw: Draw
) -> Parameters:
    """θ after the update; with momentum that of a random velocity, rounded as bundles hold it."""
    after = moved(parameters, rate, here.gradient)
    if case.momentum == 0:
        return after
    shapes = {name: tensor.shape for name, tensor in parameters.items()}
    velocity = {name: draw.normal(*shape, scale=0.1) for name, shape in shapes.items()}
    after = moved(after, rate * case.momentum, velocity)
    return {name: tensor.float().double() for name, tensor in after.items()}


def grid_numbers(
    problem: Problem, parameters: Parameters, here: Evaluation, rate: float, steps: Sequence[float]
) -> dict[str, Any]:
    sizes = [multiple * rate for multiple in steps]
    grid = landscape(problem, parameters, here.gradient, sizes)
    return {
        "stepSizes": sizes,
        "lossAt": grid.loss_at,
        "gradientDifferenceAt": grid.gradient_difference_at,
        "beta": grid.beta,
    }


def make(case: Case) -> None:
    """Computes one fixture and writes its file."""
    problem, parameters, draw = random_problem(case)
    rate = Variant.parse(case.variant).learning_rate or case.learning_rate
    here = evaluate(problem, parameters)
    observed = Observed()
    loss_and_accuracy(problem, parameters, observed=observed)
    running = running_statistics(observed, draw)
    after = updated(case, rate, parameters, here, draw)
    layers = list(range(1, len(problem.architecture.layers) + 1))
    shifts = covariate_shift(problem, parameters, after, here.gradient, layers)
    loss, accuracy = loss_and_accuracy(problem, parameters, running)
    numbers = {
        "experiment": settings_of(case, layers),
        "step": STEP,
        "epsilon": EPSILON,
        "variant": case.variant,
        "seed": SEED,
        "learningRate": rate,
        "loss": here.loss,
        "accuracy": here.accuracy,
        "gradientNorm": norm(here.gradient),
        **grid_numbers(problem, parameters, here, rate, case.probe_steps),
        "fine": grid_numbers(problem, parameters, here, rate, FINE_STEPS),
        "ics": [asdict(shift) for shift in shifts],
        "evaluation": {"loss": loss.item(), "accuracy": accuracy},
        "activations": activations_of(observed),
        "sharpness": Hessian(problem, parameters).largest_eigenvalue(),
    }
    tensors = {
        "batch.x": problem.x.float(),
        "batch.y": problem.y.float() if case.is_deep_linear else problem.y.int(),
        **prefixed("param", parameters, torch.float32),
        **prefixed("grad", here.gradient, torch.float64),
        **prefixed("next", after if case.momentum > 0 else {}, torch.float32),
        **prefixed("noise", dict(problem.noise), torch.float32),
        **statistics_tensors(running, observed),
    }
    safetensors_file.write(
        FOLDER / f"{case.name}.safetensors",
        {name: tensor.detach().contiguous().numpy() for name, tensor in tensors.items()},
        {key: json.dumps(encode(value)) for key, value in numbers.items()},
    )


def settings_of(case: Case, layers: list[int]) -> dict[str, Any]:
    return {
        "network": case.network,
        "learningRate": case.learning_rate,
        "momentum": case.momentum,
        "weightDecay": case.weight_decay,
        "probeSteps": case.probe_steps,
        "fineSteps": FINE_STEPS,
        "icsLayers": layers,
        **PAPER_NOISE,
    }


def prefixed(prefix: str, tensors: Parameters, dtype: torch.dtype) -> Parameters:
    return {f"{prefix}/{name}": tensor.to(dtype) for name, tensor in tensors.items()}


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
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.safetensors"):
        stale.unlink()
    for case in CASES:
        make(case)


if __name__ == "__main__":
    main()
