"""What a network text and a variant text mean: layers in order, and what follows each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

MOST_GROUPS = 8


@dataclass(frozen=True)
class Layer:
    """A convolution or a dense layer with its pooling, normalisation, noise and rectifier."""

    name: str
    kind: str
    """`convolution` or `dense`."""
    width: int
    pooled: bool
    rectified: bool
    normalisation: Optional[str]
    """`batch`, `l1`, `l2`, `linf`, `layer`, `group`, or None."""
    stopped: bool
    """Whether statistics are constants in the backward pass."""
    noisy: bool


@dataclass(frozen=True)
class Architecture:
    layers: tuple[Layer, ...]
    loss: str
    """`cross-entropy` or `squared-error`."""


@dataclass(frozen=True)
class Variant:
    """`batch`, `none@0.5`, `batch.last`, `l1.layer3.stopped`, `batch.frozen@0.2` …"""

    norm: str
    place: Optional[str]
    """`last`, a layer's number, or None for all."""
    stopped: bool
    frozen: bool
    learning_rate: Optional[float]

    @staticmethod
    def parse(text: str) -> Variant:
        head, _, rate = text.partition("@")
        norm, *switches = head.split(".")
        places = [
            switch.removeprefix("layer")
            for switch in switches
            if switch not in ("stopped", "frozen")
        ]
        return Variant(
            norm=norm,
            place=places[-1] if places else None,
            stopped="stopped" in switches,
            frozen="frozen" in switches,
            learning_rate=float(rate) if rate else None,
        )


def architecture(network: str, variant: Variant, outputs: int) -> Architecture:
    """The layers of `vgg:8-M-16/32` or `dln:25x10` with one variant's normalisation.

    `outputs` is the width of the last layer.
    """
    family, _, text = network.partition(":")
    plain = _deep_linear(text) if family == "dln" else _vgg(text, outputs)
    last = len(plain) - 2
    layers = []
    for index, (name, kind, width, pooled) in enumerate(plain):
        hidden = index <= last
        here = variant.place in (None, str(index + 1)) or (
            variant.place == "last" and index == last
        )
        norm = variant.norm.removeprefix("noisy-")
        normalised = hidden and here and norm != "none"
        layers.append(
            Layer(
                name=name,
                kind=kind,
                width=width,
                pooled=pooled,
                rectified=hidden and family == "vgg",
                normalisation=norm if normalised else None,
                stopped=variant.stopped,
                noisy=variant.norm == "noisy-none"
                and hidden
                or variant.norm == "noisy-batch"
                and normalised,
            )
        )
    return Architecture(tuple(layers), "squared-error" if family == "dln" else "cross-entropy")


Plain = tuple[str, str, int, bool]


def _deep_linear(text: str) -> list[Plain]:
    depth, width = map(int, text.split("x"))
    return [(f"dense{i + 1}", "dense", width, False) for i in range(depth)]


def _vgg(text: str, outputs: int) -> list[Plain]:
    blocks, _, hidden = text.partition("/")
    convolutions = re.findall(r"(\d+)(-M)?", blocks)
    widths = [int(width) for width in hidden.split("-") if width] + [outputs]
    return [
        (f"conv{i + 1}", "convolution", int(width), bool(pooled))
        for i, (width, pooled) in enumerate(convolutions)
    ] + [(f"dense{i + 1}", "dense", width, False) for i, width in enumerate(widths)]


def parameter_names(layers: tuple[Layer, ...], loss: str, frozen: bool) -> list[str]:
    """Kernels, and γ and β of normalised layers unless frozen.

    Only the last layer has a bias; the linear network has none.
    """
    names = []
    for layer in layers:
        names.append(f"{layer.name}/kernel")
        if layer.normalisation and not frozen:
            names += [f"{layer.name}/gamma", f"{layer.name}/beta"]
    return names if loss == "squared-error" else [*names, f"{layers[-1].name}/bias"]


def groups_of(channels: int) -> int:
    """The most groups, up to eight, of equally many channels, at least two; else one."""
    fitting = [
        groups
        for groups in range(1, MOST_GROUPS + 1)
        if channels % groups == 0 and channels // groups >= 2
    ]
    return max(fitting, default=1)
