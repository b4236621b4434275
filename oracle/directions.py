"""The loss in random directions: beside the gradient, and around the point that training reached."""

from __future__ import annotations

from typing import Sequence

import torch

from measurements import evaluate, norm
from network import Parameters, Problem, loss_and_accuracy


def random_points(
    problem: Problem,
    parameters: Parameters,
    gradient: Parameters,
    draws: Sequence[Parameters],
    step_sizes: Sequence[float],
) -> tuple[list[float], list[float]]:
    """Loss and ‖g′ − g‖ at θ − η′d, d being a draw as long as g; all step sizes of a draw first."""
    losses, differences = [], []
    for draw in draws:
        scale = norm(gradient) / norm(draw)
        for step_size in step_sizes:
            there = {
                name: tensor - step_size * scale * draw[name] for name, tensor in parameters.items()
            }
            point = evaluate(problem, there)
            losses.append(point.loss)
            differences.append(
                norm({name: point.gradient[name] - gradient[name] for name in gradient})
            )
    return losses, differences


def filter_normalised(parameters: Parameters, draw: Parameters) -> Parameters:
    """Every output's kernel as long as in θ; γ, β and biases stay."""
    direction = {}
    for name, tensor in parameters.items():
        if not name.endswith("/kernel"):
            direction[name] = torch.zeros_like(tensor)
            continue
        dims = list(range(tensor.dim() - 1))
        lengths = (each.square().sum(dims, keepdim=True).sqrt() for each in (tensor, draw[name]))
        own, drawn = lengths
        direction[name] = draw[name] * (own / drawn)
    return direction


def loss_plane(
    problem: Problem, parameters: Parameters, draws: Sequence[Parameters], at: Sequence[float]
) -> list[list[float]]:
    """Loss at θ + a·first + b·second, row by row of a."""
    first, second = (filter_normalised(parameters, draw) for draw in draws)
    with torch.no_grad():
        return [
            [
                loss_and_accuracy(
                    problem,
                    {
                        name: tensor + along * first[name] + across * second[name]
                        for name, tensor in parameters.items()
                    },
                )[0].item()
                for across in at
            ]
            for along in at
        ]
