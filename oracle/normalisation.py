"""The normalisations by their definitions; channels come second: [N, C] or [N, C, H, W]."""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor
from torch.nn import functional

from architecture import groups_of

Statistics = tuple[Tensor, Tensor]
"""Mean and spread of each channel: variance, mean |y|, mean y² or max |y|."""


def normalise(
    norm: str, y: Tensor, epsilon: float, stopped: bool, running: Optional[Statistics] = None
) -> Tensor:
    """y − mean over its scale, before γ and β.

    `running` takes the place of the minibatch's own statistics.
    """
    if norm in ("layer", "group"):
        groups = 1 if norm == "layer" else groups_of(y.shape[1])
        if not stopped:
            return functional.group_norm(y, groups, eps=epsilon)
        parts = y.reshape(len(y), groups, -1)
        variance, mean = torch.var_mean(parts.detach(), dim=2, unbiased=False, keepdim=True)
        return ((parts - mean) / torch.sqrt(variance + epsilon)).reshape(y.shape)
    if norm == "batch" and not stopped and running is None:
        return functional.batch_norm(y, None, None, training=True, eps=epsilon)
    mean, spread = running or minibatch_statistics(norm, y.detach() if stopped else y)
    divisor = spread + epsilon if norm in ("l1", "linf") else torch.sqrt(spread + epsilon)
    return (y - per_channel(mean, y)) / per_channel(divisor, y)


def minibatch_statistics(norm: str, y: Tensor) -> Statistics:
    """Of each channel over examples and pixels; p-norms are of y before its mean is removed."""
    dims = [0, *range(2, y.dim())]
    mean = y.mean(dims)
    if norm == "batch":
        return mean, y.var(dims, unbiased=False)
    if norm == "l1":
        return mean, y.abs().mean(dims)
    if norm == "l2":
        return mean, y.square().mean(dims)
    if norm == "linf":
        # amax, unlike max, shares the gradient evenly among equal maxima.
        return mean, y.abs().amax(dims)
    raise ValueError(f"“{norm}” is not a normalisation over the minibatch.")


def per_channel(values: Tensor, y: Tensor) -> Tensor:
    """[C] as it is to be broadcast over y."""
    return values.reshape(1, -1, *[1] * (y.dim() - 2))
