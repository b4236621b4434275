"""Both sides of every statement of the theory page, recomputed with PyTorch's autograd in float64.

python3 oracle/theory.py        writes oracle/fixtures/theory.json

Left sides come from automatic differentiation of the network with BatchNorm, right sides from the
statements as section 3.2 of the paper's proofs has them (1/m in Theorem 4.1, the corrected Theorem
4.4), and `printed` from what version 3 prints. src/paper/theory/pytorch.test.ts holds the page's
numbers, which it differentiates by hand, against these.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any, Iterator

import torch
from torch import Tensor

from theory_networks import (
    INPUTS,
    Networks,
    Setup,
    batch_norm,
    gradient,
    hessian_times,
    statistics,
)

FILE = Path(__file__).parent / "fixtures" / "theory.json"
COMMAND = "python3 oracle/theory.py"
FACTORS = (0.1, 0.5, 1.0, 2.0, 10.0)
PATH_POINTS = 31
PATH_END = 1.5
#: What the page opens with, and each kind of layers after BatchNorm once.
SETUPS = (
    Setup(),
    Setup(samples=24, units=4, downstream="relu", gamma=0.7, scale=2.0, seed=11),
    Setup(samples=16, units=3, downstream="tanh", affine="restoring", distance=0.5, seed=12),
    Setup(samples=20, units=3, downstream="batch", gamma=1.5, scale=0.3, seed=13),
    Setup(samples=12, units=4, downstream="linear", gamma=2.0, distance=4.0, seed=14),
    Setup(samples=40, units=5, downstream="squared", gamma=0.2, scale=5.0, seed=15),
)

Row = dict[str, Any]


def numbers(**tensors: Tensor | float) -> Row:
    return {name: float(value) for name, value in tensors.items()}


def units_of(networks: Networks) -> Iterator[tuple[int, Tensor, Tensor, Tensor, Tensor]]:
    """Of every unit: its place, ŷ, γ²/σ², and the gradients without and with BatchNorm."""
    plain = gradient(networks.loss, networks.z)
    normalised = gradient(networks.normalised_loss, networks.y)
    scale = (networks.gamma / networks.sigma).square()
    for j in range(networks.setup.units):
        yield j, networks.y_hat[j], scale[j, 0], plain[j], normalised[j]


def gradients(networks: Networks) -> list[Row]:
    """Theorem 4.1."""
    m = networks.setup.samples
    rows = []
    for j, y_hat, scale, g, v in units_of(networks):
        plain, mean_part, along = g @ g, g.sum() ** 2 / m, (g @ y_hat) ** 2
        rows.append(
            numbers(
                sigma=networks.sigma[j],
                gamma=networks.gamma[j],
                scale=scale,
                plain=plain,
                meanPart=mean_part,
                alongPart=along / m,
                left=v @ v,
                right=scale * (plain - mean_part - along / m),
                printed=scale * (plain - mean_part - along / math.sqrt(m)),
            )
        )
    return rows


def closed_form_hessian(networks: Networks, j: int, g: Tensor, d: Tensor) -> Tensor:
    """Equations 41 and 42 as a matrix, times a direction."""
    m, y_hat = networks.setup.samples, networks.y_hat[j]
    gamma, sigma = networks.gamma[j], networks.sigma[j]
    identity = torch.eye(m, dtype=torch.float64)
    means = torch.full((m, m), 1 / m, dtype=torch.float64)
    projection = identity - torch.outer(y_hat, y_hat) / m - means
    centred, along = g - g.mean(), g @ y_hat
    mixed = torch.outer(centred, y_hat) + torch.outer(y_hat, centred)
    bracket = mixed - 3 / m * along * torch.outer(y_hat, y_hat) + along * (identity - means)
    inner = hessian_times(networks.loss, networks.z, j, projection @ d)
    return (gamma / sigma) ** 2 * (projection @ inner - bracket @ d / (m * gamma))


def curvatures(networks: Networks) -> list[Row]:
    """Theorem 4.2, and the whole Hessian block along a random direction."""
    m = networks.setup.samples
    rows = []
    for j, y_hat, scale, g, v in units_of(networks):
        along_v = scale * (v @ hessian_times(networks.loss, networks.z, j, v))
        along_g = g @ hessian_times(networks.loss, networks.z, j, g)
        alignment = y_hat @ g
        extra = networks.gamma[j] / (m * networks.sigma[j] ** 2) * alignment * (v @ v)
        left = v @ hessian_times(networks.normalised_loss, networks.y, j, v)
        d = networks.directions[j]
        times = hessian_times(networks.normalised_loss, networks.y, j, d)
        rows.append(
            numbers(
                alignment=alignment,
                plainTerm=along_v,
                extraTerm=extra,
                left=left,
                right=along_v - extra,
                bound=scale * along_g - extra,
                plainCurvature=along_g / (g @ g),
                curvature=left / (v @ v),
                alongDirection=d @ times,
                closedFormAlongDirection=d @ closed_form_hessian(networks, j, g, d),
            )
        )
    return rows


def path_losses(networks: Networks) -> Row:
    """From W_0 through W*, with γ and β that give the outputs at W* back."""
    start, end = networks.y, networks.optimum @ networks.x
    mu, sigma = statistics(end)
    at = [i * PATH_END / (PATH_POINTS - 1) for i in range(PATH_POINTS)]
    outputs = [(1 - t) * start + t * end for t in at]
    return {
        "at": at,
        "plain": [networks.loss(y).item() for y in outputs],
        "normalised": [networks.loss(batch_norm(y, sigma, mu)).item() for y in outputs],
    }


def same_minima(networks: Networks) -> Row:
    """Observation 4.3; slopes are those of the weights, by differentiating through them."""
    restoring = Networks(networks.setup.restoring)
    mu, sigma = statistics(networks.optimum @ networks.x)

    def plain_loss(weights: Tensor) -> Tensor:
        return networks.loss(weights @ networks.x)

    def restored_loss(weights: Tensor) -> Tensor:
        return networks.loss(batch_norm(weights @ networks.x, sigma, mu))

    return {
        "rows": [
            {
                **numbers(
                    sigma=restoring.sigma[j],
                    mu=restoring.mu[j],
                    left=restoring.z[j].norm(),
                    right=restoring.y[j].norm(),
                ),
                "gradient": row,
            }
            for j, row in enumerate(gradients(restoring))
        ],
        **numbers(
            plainLoss=restoring.loss(restoring.y),
            loss=restoring.normalised_loss(restoring.y),
            plainSlope=gradient(plain_loss, networks.optimum).norm(),
            slope=gradient(restored_loss, networks.optimum).norm(),
        ),
        "path": path_losses(networks),
    }


def worst_case(networks: Networks) -> Row:
    """Theorem 4.4: ‖Xᵀv‖² is largest where X is the outer product of v with any unit vector."""
    m = networks.setup.samples
    norm = torch.linalg.matrix_norm(networks.x, ord=2)
    slope = gradient(lambda w: networks.normalised_loss(w @ networks.x), networks.weights)

    def worst(v: Tensor) -> Tensor:
        anywhere = torch.ones(INPUTS, dtype=torch.float64) / math.sqrt(INPUTS)
        return (torch.outer(anywhere, norm * v / v.norm()) @ v).square().sum()

    rows = []
    for j, y_hat, scale, g, v in units_of(networks):
        plain, mean_part, along = worst(g), m * g.mean() ** 2, (g @ y_hat) ** 2
        rows.append(
            numbers(
                plain=plain,
                left=worst(v),
                right=scale * (plain - norm**2 * mean_part - norm**2 / m * along),
                printed=scale * (plain**2 - mean_part - norm**2 * along),
                printedOnce=scale * (plain - mean_part - norm**2 * along),
                actual=slope[j] @ slope[j],
            )
        )
    return {"lambda": norm.item(), "rows": rows}


def starting_row(start: Tensor, optimum: Tensor) -> Row:
    """Lemma 4.5; the nearest point of the ray by a Newton step, exact for a parabola."""

    def distance(k: Tensor) -> Tensor:
        return (start - k * optimum).square().sum()

    at = torch.zeros((), dtype=torch.float64, requires_grad=True)
    slope = torch.autograd.grad(distance(at), at, create_graph=True)[0]
    nearest = (-slope / torch.autograd.grad(slope, at)[0]).clamp(min=0).detach()
    inner, square = start @ optimum, optimum @ optimum
    plain = distance(torch.ones(()))
    return numbers(
        cosine=inner / (start.norm() * optimum.norm()),
        startLength=start.norm(),
        optimumLength=optimum.norm(),
        k=inner / square,
        plain=plain,
        left=distance(nearest),
        right=plain - (square - inner) ** 2 / square,
    )


def starting_point(networks: Networks) -> Row:
    outputs = networks.optimum @ networks.x
    mu, sigma = statistics(outputs)
    losses = [networks.loss(batch_norm(factor * outputs, sigma, mu)).item() for factor in FACTORS]
    pairs = zip(networks.weights, networks.optimum)
    return {
        "whole": starting_row(networks.weights.flatten(), networks.optimum.flatten()),
        "units": [starting_row(start, optimum) for start, optimum in pairs],
        "factors": list(FACTORS),
        "losses": losses,
    }


def check(setup: Setup) -> Row:
    """Every number of the page for one set-up."""
    networks = Networks(setup)
    return {
        "setup": asdict(setup),
        "inputs": networks.x[0].tolist(),
        "weights": networks.weights[0].tolist(),
        "plainLoss": networks.loss(networks.z).item(),
        "loss": networks.normalised_loss(networks.y).item(),
        "gradients": gradients(networks),
        "curvature": curvatures(networks),
        "sameMinima": same_minima(networks),
        "worstCase": worst_case(networks),
        "startingPoint": starting_point(networks),
    }


def write() -> None:
    fixture = {"command": COMMAND, "cases": [check(setup) for setup in SETUPS]}
    FILE.write_text(json.dumps(fixture) + "\n", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write()
