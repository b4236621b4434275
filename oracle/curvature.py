"""The largest eigenvalue of the Hessian, whose products with vectors are derivatives of the gradient.

Where the backward pass takes statistics as constants, they are constants here too.
"""

from __future__ import annotations

from typing import Iterator, NamedTuple

import torch
from torch import Tensor

from network import Parameters, Problem, loss_and_accuracy


class Ritz(NamedTuple):
    value: float
    bound: float
    """An eigenvalue lies within so much of the value."""


def flat(tensors: Parameters) -> Tensor:
    return torch.cat([tensor.reshape(-1) for tensor in tensors.values()])


class Hessian:
    """The Hessian of the loss at θ, on the minibatch and its noise."""

    def __init__(self, problem: Problem, parameters: Parameters) -> None:
        self.leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
        loss, _ = loss_and_accuracy(problem, self.leaves)
        # Without a bias before BatchNorm every parameter has a part in the gradient.
        self.gradient = self._derivative(loss, create_graph=True)
        self.size = len(self.gradient)

    def _derivative(self, of: Tensor, create_graph: bool = False) -> Tensor:
        parts = torch.autograd.grad(
            of,
            list(self.leaves.values()),
            create_graph=create_graph,
            retain_graph=True,
            allow_unused=True,
        )
        pairs = zip(parts, self.leaves.values())
        return torch.cat(
            [(torch.zeros_like(leaf) if part is None else part).reshape(-1) for part, leaf in pairs]
        )

    def times(self, vector: Tensor) -> Tensor:
        return self._derivative(self.gradient @ vector).detach()

    def largest_eigenvalue(self) -> float:
        """Of the whole matrix: for small networks."""
        identity = torch.eye(self.size, dtype=torch.float64)
        matrix = torch.stack([self.times(row) for row in identity])
        return torch.linalg.eigvalsh((matrix + matrix.T) / 2)[-1].item()


def lanczos(hessian: Hessian, first: Tensor) -> Iterator[Ritz]:
    """The largest Ritz value after each product.

    Every vector is made orthogonal to all before it, twice.
    """
    basis = [first / first.norm()]
    diagonal: list[float] = []
    besides: list[float] = []
    while len(diagonal) < hessian.size:
        product = hessian.times(basis[-1])
        diagonal.append((basis[-1] @ product).item())
        all_before = torch.stack(basis)
        for _ in range(2):
            product = product - all_before.T @ (all_before @ product)
        rest = product.norm().item()
        matrix = torch.diag(torch.tensor(diagonal, dtype=torch.float64))
        for i, each in enumerate(besides):
            matrix[i, i + 1] = matrix[i + 1, i] = each
        values, vectors = torch.linalg.eigh(matrix)
        yield Ritz(values[-1].item(), rest * abs(vectors[-1, -1].item()))
        besides.append(rest)
        basis.append(product / rest)
