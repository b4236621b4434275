"""A network as a function of named parameters, in float64, in the bundle's layouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional

from torch import Tensor
from torch.nn import functional

from architecture import Architecture, Layer
from normalisation import Statistics, minibatch_statistics, normalise, per_channel

Parameters = dict[str, Tensor]
"""By name, as `conv1/kernel`: convolution kernels [kh, kw, in, out], dense kernels [in, out]."""


@dataclass(frozen=True)
class Problem:
    """Everything but the parameters that a loss depends on."""

    architecture: Architecture
    x: Tensor
    """[N, H, W, C]"""
    y: Tensor
    """Classes [N], or targets [N, outputs]."""
    noise: Mapping[str, Tensor]
    """`conv1/shift` and `conv1/scale`, [N, H, W, C] or [N, units]."""
    epsilon: float
    weight_decay: float


@dataclass
class Observed:
    """What a forward pass saw on its way, by layer; pass one to have it filled."""

    activations: dict[str, Tensor] = field(default_factory=dict)
    """After normalisation, γ, β and noise, before the rectifier; channels second."""
    statistics: dict[str, Statistics] = field(default_factory=dict)


def loss_and_accuracy(
    problem: Problem,
    parameters: Parameters,
    running: Optional[Mapping[str, Statistics]] = None,
    observed: Optional[Observed] = None,
) -> tuple[Tensor, float]:
    """Loss and share of correct answers.

    With `running` statistics it is an evaluation, which is without noise.
    """
    output = forward(problem, parameters, running, observed or Observed())
    kernels = [tensor for name, tensor in parameters.items() if name.endswith("/kernel")]
    penalty = problem.weight_decay / 2 * sum(kernel.square().sum() for kernel in kernels)
    if problem.architecture.loss == "squared-error":
        return (output - problem.y).square().sum() / 2 + penalty, float("nan")
    accuracy = (output.argmax(1) == problem.y).double().mean().item()
    return functional.cross_entropy(output, problem.y) + penalty, accuracy


def forward(
    problem: Problem,
    parameters: Parameters,
    running: Optional[Mapping[str, Statistics]],
    observed: Observed,
) -> Tensor:
    """[N, H, W, C] -> [N, outputs]"""
    z = problem.x.permute(0, 3, 1, 2)
    for layer in problem.architecture.layers:
        z = linear(layer, z, parameters)
        if layer.normalisation in ("batch", "l1", "l2", "linf"):
            observed.statistics[layer.name] = minibatch_statistics(layer.normalisation, z.detach())
        if layer.normalisation:
            own = (running or {}).get(layer.name)
            z = normalise(layer.normalisation, z, problem.epsilon, layer.stopped, own)
            z = affine(layer, z, parameters)
        if layer.noisy and running is None:
            z = with_noise(layer, z, problem.noise)
        observed.activations[layer.name] = z.detach()
        if layer.rectified:
            z = functional.relu(z)
        if layer.pooled:
            z = functional.max_pool2d(z, kernel_size=2, stride=2, ceil_mode=True)
    return z


def linear(layer: Layer, z: Tensor, parameters: Parameters) -> Tensor:
    """3x3 convolution, stride 1, zero padding; or a matrix product, of images as H, W, C."""
    kernel = parameters[f"{layer.name}/kernel"]
    if layer.kind == "convolution":
        return functional.conv2d(z, kernel.permute(3, 2, 0, 1), padding=1)
    if z.dim() == 4:
        z = z.permute(0, 2, 3, 1).reshape(len(z), -1)
    z = z @ kernel
    bias = parameters.get(f"{layer.name}/bias")
    return z if bias is None else z + bias


def affine(layer: Layer, z: Tensor, parameters: Parameters) -> Tensor:
    """γz + β; frozen ones, 1 and 0, are absent."""
    gamma, beta = (parameters.get(f"{layer.name}/{role}") for role in ("gamma", "beta"))
    if gamma is None or beta is None:
        return z
    return per_channel(gamma, z) * z + per_channel(beta, z)


def with_noise(layer: Layer, z: Tensor, noise: Mapping[str, Tensor]) -> Tensor:
    """s·z + m"""
    scale, shift = (noise[f"{layer.name}/{role}"] for role in ("scale", "shift"))
    if z.dim() == 4:
        scale, shift = (values.permute(0, 3, 1, 2) for values in (scale, shift))
    return scale * z + shift
