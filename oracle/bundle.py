"""A probe bundle: one network's last probe, as the page exports it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import numpy as np
import torch

import safetensors_file
from architecture import Variant, architecture, parameter_names
from network import Parameters, Problem
from normalisation import Statistics

FORMAT = "normscape-probe"
VERSIONS = (1, 2)
"""Version 1, which did not name itself, holds no directions, statistics or test examples."""


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
    draws: dict[str, Parameters] = field(default_factory=dict)
    """Directions as drawn: `random1` …, `lanczos`, `flat1`, `flat2`."""
    running: dict[str, Statistics] = field(default_factory=dict)
    test: Optional[Problem] = None


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

    found = (numbers.get("format", FORMAT), numbers.get("version", 1))
    if found not in [(FORMAT, version) for version in VERSIONS]:
        raise ValueError(f"{name} is {found[0]} {found[1]}; expected {FORMAT} {VERSIONS}.")
    experiment = numbers["experiment"]
    parameters = named("param")
    last_kernel = [tensor for key, tensor in parameters.items() if key.endswith("/kernel")][-1]
    variant = Variant.parse(numbers["variant"])
    built = architecture(experiment["network"], variant, last_kernel.shape[1])
    expected = parameter_names(built.layers, built.loss, variant.frozen)
    if list(parameters) != expected:
        raise ValueError(
            f"{name} has the parameters {', '.join(parameters)}; expected {', '.join(expected)}."
        )

    def problem(prefix: str, noise: Parameters) -> Problem:
        x, y = arrays[f"{prefix}.x"], arrays[f"{prefix}.y"]
        return Problem(
            architecture=built,
            x=torch.from_numpy(x.astype(np.float64)),
            y=torch.from_numpy(y.astype(np.int64 if y.ndim == 1 else np.float64)),
            noise=noise,
            epsilon=numbers["epsilon"],
            weight_decay=experiment["weightDecay"],
        )

    draws = {
        prefix: drawn
        for prefix in dict.fromkeys(key.split("/")[0] for key in arrays)
        if re.fullmatch(r"random\d+|lanczos|flat[12]", prefix)
        for drawn in [named(prefix)]
    }
    for prefix, drawn in draws.items():
        if list(drawn) != expected:
            raise ValueError(f"{name}: {prefix}/… does not have the parameters’ names.")
    running = named("running")
    means = [key.removesuffix("/mean") for key in running if key.endswith("/mean")]
    learning_rate = variant.learning_rate or experiment["learningRate"]
    if experiment["momentum"] > 0 and "next" not in {key.split("/")[0] for key in arrays}:
        raise KeyError("next/…, which momentum needs,")
    return Bundle(
        name=name,
        problem=problem("batch", named("noise")),
        parameters=parameters,
        gradient=named("grad"),
        after=named("next") or None,
        learning_rate=learning_rate,
        numbers=numbers,
        draws=draws,
        running={layer: (running[f"{layer}/mean"], running[f"{layer}/spread"]) for layer in means},
        test=problem("test", {}) if "test.x" in arrays else None,
    )
