"""The paper's measurements on one minibatch: gradient, landscape, internal covariate shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import torch
from torch import Tensor

from network import Parameters, Problem, loss_and_accuracy


@dataclass(frozen=True)
class Evaluation:
    loss: float
    accuracy: float
    gradient: Parameters


@dataclass(frozen=True)
class Grid:
    """At θ − η′g for each step size η′: loss, ‖g′ − g‖, and the largest ‖g′ − g‖ / (η′‖g‖)."""

    loss_at: list[float]
    gradient_difference_at: list[float]
    beta: float


@dataclass(frozen=True)
class Shift:
    layer: int
    """Counted from 1."""
    l2: float
    cosine: float


def evaluate(problem: Problem, parameters: Parameters) -> Evaluation:
    """Loss, accuracy and gradient with the minibatch's own statistics."""
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
    loss, accuracy = loss_and_accuracy(problem, leaves)
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return Evaluation(loss.item(), accuracy, dict(zip(leaves, gradients)))


def norm(tensors: Parameters) -> float:
    """‖·‖₂ over all elements of all tensors."""
    return torch.cat([tensor.reshape(-1) for tensor in tensors.values()]).norm().item()


def moved(parameters: Parameters, distance: float, gradient: Parameters) -> Parameters:
    """θ − distance · g"""
    return {name: tensor - distance * gradient[name] for name, tensor in parameters.items()}


def landscape(
    problem: Problem, parameters: Parameters, gradient: Parameters, step_sizes: Sequence[float]
) -> Grid:
    """Section 3.2: all parameters, the un-normalised gradient, the same minibatch and noise."""
    points = [
        evaluate(problem, moved(parameters, step_size, gradient)) for step_size in step_sizes
    ]
    differences = [norm(moved(point.gradient, 1, gradient)) for point in points]
    ratios = [
        each / (step_size * norm(gradient)) for each, step_size in zip(differences, step_sizes)
    ]
    return Grid([point.loss for point in points], differences, max(ratios, default=float("nan")))


def covariate_shift(
    problem: Problem,
    parameters: Parameters,
    after: Parameters,
    gradient: Parameters,
    layers: Sequence[int],
) -> list[Shift]:
    """Definition 2.1: only the layers before i stand where the update of all takes them."""
    shifts = []
    names = [layer.name for layer in problem.architecture.layers]
    for layer in layers:
        earlier = names[: layer - 1]
        mixed = {
            name: after[name] if name.split("/")[0] in earlier else tensor
            for name, tensor in parameters.items()
        }
        kernel = f"{names[layer - 1]}/kernel"
        g, other = gradient[kernel], evaluate(problem, mixed).gradient[kernel]
        shifts.append(Shift(layer, (g - other).norm().item(), cosine(g, other)))
    return shifts


def cosine(a: Tensor, b: Tensor) -> float:
    """⟨a, b⟩ / (‖a‖‖b‖)"""
    return ((a * b).sum() / (a.norm() * b.norm())).item()
