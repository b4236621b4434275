"""Distributions of activations: moments, and whether a histogram's counts can be right."""

from __future__ import annotations

from typing import Sequence

import torch
from torch import Tensor

REACH = 4.0
"""A histogram's bins divide the mean ± so many standard deviations; the outer ones are open."""


def unit_values(activations: Tensor, unit: int) -> Tensor:
    """All values of one channel of [N, C] or [N, C, H, W], sorted."""
    return activations[:, unit].reshape(-1).sort().values


def edge_shift(values: Tensor, counts: Sequence[float]) -> float:
    """By how many standard deviations a bin's edge must move at most for the counts to be exact.

    Infinite where they do not add up to the number of values.
    """
    if sum(counts) != len(values):
        return float("inf")
    deviation = values.std(unbiased=False)
    bins = len(counts)
    edges = values.mean() + deviation * REACH * (2 * torch.arange(1, bins) / bins - 1)
    below = torch.tensor(counts[:-1]).cumsum(0).long()
    far = torch.tensor([float("inf")], dtype=values.dtype)
    padded = torch.cat([-far, values, far])
    # With `below` values under it, an edge lies between these two.
    low, high = padded[below], padded[below + 1]
    return ((low - edges).clamp(min=0) + (edges - high).clamp(min=0)).max().item() / deviation.item()
