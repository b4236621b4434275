"""A probe bundle: one network's last probe, as the page exports it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import torch

import safetensors_file
from architecture import Variant, architecture, parameter_names
from network import Parameters, Problem


@dataclass(frozen=True)
class Bundle:
    name: str
    problem: Problem
    parameters: Parameters
    gradient: Parameters
    after: Optional[Parameters]
    """θ after the update, where momentum keeps it from being worked out."""
    learning_rate: float
    numbers: dict[str, Any]
    """The metadata: what the page measured, and at which step sizes and layers."""


def decode(value: Any) -> Any:
    """JSON in which numbers that are not finite are texts."""
    if isinstance(value, list):
        return [decode(each) for each in value]
    if isinstance(value, dict):
        return {key: decode(each) for key, each in value.items()}
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def encode(value: Any) -> Any:
    """The reverse of `decode`."""
    if isinstance(value, (list, tuple)):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def read_bundle(path: Path) -> Bundle:
    """Raises ValueError where the file is not a probe bundle."""
    arrays, metadata = safetensors_file.read(path)
    try:
        return _bundle(
            path.name, arrays, {key: decode(json.loads(text)) for key, text in metadata.items()}
        )
    except KeyError as missing:
        raise ValueError(f"{path} is not a probe bundle: {missing} is missing.") from missing


def _bundle(name: str, arrays: safetensors_file.Arrays, numbers: dict[str, Any]) -> Bundle:
    def named(prefix: str) -> Parameters:
        start = f"{prefix}/"
        return {
            key.removeprefix(start): torch.from_numpy(array.astype(np.float64))
            for key, array in arrays.items()
            if key.startswith(start)
        }

    experiment = numbers["experiment"]
    parameters = named("param")
    x, y = arrays["batch.x"], arrays["batch.y"]
    last_kernel = [tensor for key, tensor in parameters.items() if key.endswith("/kernel")][-1]
    variant = Variant.parse(numbers["variant"])
    built = architecture(experiment["network"], variant, last_kernel.shape[1])
    expected = parameter_names(built.layers, built.loss, variant.frozen)
    if list(parameters) != expected:
        raise ValueError(
            f"{name} has the parameters {', '.join(parameters)}; expected {', '.join(expected)}."
        )
    problem = Problem(
        architecture=built,
        x=torch.from_numpy(x.astype(np.float64)),
        y=torch.from_numpy(y.astype(np.int64 if y.ndim == 1 else np.float64)),
        noise=named("noise"),
        epsilon=numbers["epsilon"],
        weight_decay=experiment["weightDecay"],
    )
    learning_rate = variant.learning_rate or experiment["learningRate"]
    if experiment["momentum"] > 0 and "next" not in {key.split("/")[0] for key in arrays}:
        raise KeyError("next/…, which momentum needs,")
    return Bundle(
        name=name,
        problem=problem,
        parameters=parameters,
        gradient=named("grad"),
        after=named("next") or None,
        learning_rate=learning_rate,
        numbers=numbers,
    )
