"""The two networks of the theory page, drawn from the page's set-up and differentiated by PyTorch.

Written from the page's description (docstrings of src/paper/theory), not from its derivatives: here
autograd differentiates. Activations are [units, samples] in float64, as the page's columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Callable, Iterator

import torch
from torch import Tensor

INPUTS = HIDDEN = 16
CLASSES = 4
RECTIFIED_VARIANCE = 0.5 - 0.5 / math.pi
PURPOSES = {"inputs": 1, "layer": 2, "optimum": 3, "downstream": 4, "direction": 5}
BITS = 0xFFFFFFFF

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Setup:
    """What the reader shapes; the defaults are the page's."""

    samples: int = 128
    units: int = 32
    downstream: str = "relu"
    affine: str = "same"
    gamma: float = 1.0
    scale: float = 1.0
    distance: float = 2.0
    seed: int = 1

    @property
    def restoring(self) -> Setup:
        return replace(self, affine="restoring")


def uniforms(seed: int) -> Iterator[float]:
    """mulberry32"""
    state = seed & BITS
    while True:
        state = (state + 0x6D2B79F5) & BITS
        mixed = ((state ^ (state >> 15)) * (state | 1)) & BITS
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (mixed | 61)) & BITS
        yield (mixed ^ (mixed >> 14)) / 2**32


def normals(seed: int, purpose: str) -> Iterator[float]:
    """Box-Muller, the cosine of each pair alone."""
    uniform = uniforms((seed + 1) * 0x9E3779B1 + PURPOSES[purpose] * 0x85EBCA6B)
    while True:
        radius = math.sqrt(-2 * math.log(1 - next(uniform)))
        yield radius * math.cos(2 * math.pi * next(uniform))


def matrix(draw: Iterator[float], rows: int, columns: int) -> Tensor:
    values = [next(draw) for _ in range(rows * columns)]
    return torch.tensor(values, dtype=torch.float64).reshape(rows, columns)


def statistics(y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and biased deviation of each unit over the minibatch, without ε."""
    return y.mean(1, keepdim=True), y.var(1, unbiased=False, keepdim=True).sqrt()


def batch_norm(y: Tensor, gamma: Tensor | float = 1.0, beta: Tensor | float = 0.0) -> Tensor:
    mu, sigma = statistics(y)
    return gamma * (y - mu) / sigma + beta


def downstream(setup: Setup) -> Function:
    """The layers after the one that BatchNorm follows; the same in both networks."""
    draw = normals(setup.seed, "downstream")

    def dense(outputs: int, inputs: int, gain: float) -> Tensor:
        return matrix(draw, outputs, inputs) * (gain / math.sqrt(inputs))

    kind = setup.downstream
    if kind in ("squared", "linear"):
        only = dense(CLASSES, setup.units, 1.0 if kind == "squared" else 3.0)
        return lambda z: only @ z
    bend = torch.relu if kind == "relu" else torch.tanh
    second = batch_norm if kind == "batch" else (lambda hidden: hidden)
    first = dense(HIDDEN, setup.units, math.sqrt(2))
    last = dense(CLASSES, HIDDEN, 3.0)
    return lambda z: last @ bend(second(first @ bend(z)))


class Networks:
    """With and without one BatchNorm layer after y = WX, compared at z = γŷ + β."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        seed, units = setup.seed, setup.units
        self.x = matrix(normals(seed, "inputs"), INPUTS, setup.samples).relu()
        size = setup.scale / math.sqrt(INPUTS * RECTIFIED_VARIANCE)
        self.weights = matrix(normals(seed, "layer"), units, INPUTS) * size
        lengths = setup.distance * self.weights.norm(dim=1, keepdim=True) / math.sqrt(INPUTS)
        way = matrix(normals(seed, "optimum"), units, INPUTS)
        self.optimum = self.weights + lengths * way
        self.directions = matrix(normals(seed, "direction"), units, setup.samples)
        self.after = downstream(setup)
        self.wanted = self.after(self.optimum @ self.x)
        self.y = self.weights @ self.x
        self.mu, self.sigma = statistics(self.y)
        self.gamma, self.beta = self.affine(self.y)
        self.y_hat = (self.y - self.mu) / self.sigma
        self.z = self.gamma * self.y_hat + self.beta

    def affine(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """γ and β of units with these outputs."""
        mu, sigma = statistics(y)
        if self.setup.affine == "restoring":
            return sigma, mu
        return torch.full_like(sigma, self.setup.gamma), torch.zeros_like(mu)

    def loss(self, z: Tensor) -> Tensor:
        """Of the network without BatchNorm, from the layer's output."""
        output = self.after(z)
        if self.setup.downstream == "squared":
            return 0.5 * (output - self.wanted).square().sum() / self.setup.samples
        shares = self.wanted.softmax(0)
        return -(shares * output.log_softmax(0)).sum() / self.setup.samples

    def normalised_loss(self, y: Tensor) -> Tensor:
        """Of the network with BatchNorm; γ and β are constants."""
        return self.loss(batch_norm(y, self.gamma, self.beta))


def gradient(function: Function, at: Tensor) -> Tensor:
    at = at.detach().requires_grad_()
    return torch.autograd.grad(function(at), at)[0]


def hessian_times(function: Function, at: Tensor, unit: int, direction: Tensor) -> Tensor:
    """(∂²f/∂at_j ∂at_j) · direction, for unit j."""
    at = at.detach().requires_grad_()
    own = torch.autograd.grad(function(at), at, create_graph=True)[0][unit]
    return torch.autograd.grad(own @ direction, at)[0][unit]
