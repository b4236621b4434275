"""Recomputes probe bundles in float64 and says how far the page's numbers are from that.

python3 oracle/recompute.py [--limit 2e-3] [--json] bundle.safetensors …

Exit code 1 where a deviation is above the limit or a file cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Iterable

import torch

from bundle import encode, read_bundle
from comparison import Deviation
from deviations import deviations
from other_deviations import CONVERGED_SHARPNESS, drift

LIMIT = 2e-3
Worst = dict[str, tuple[str, Deviation]]
"""For each number the file and the deviation that is largest."""


def is_worse(deviation: float, than: float) -> bool:
    """NaN, which no number may deviate by, is the worst."""
    return deviation != deviation or deviation > than


def worst_of(results: dict[str, list[Deviation]]) -> Worst:
    worst: Worst = {}
    for name, found in results.items():
        for each in found:
            if each.number not in worst or is_worse(
                each.deviation, worst[each.number][1].deviation
            ):
                worst[each.number] = (name, each)
    return worst


def table(rows: Iterable[Iterable[str]]) -> str:
    """Columns as wide as their widest cell."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells
    )


def report(results: dict[str, list[Deviation]], limit: float) -> str:
    head = ("number", "worst deviation", "page", "PyTorch", "where")
    rows = [
        (
            number,
            f"{each.deviation:.1e}" + (" !" if is_worse(each.deviation, limit) else ""),
            f"{each.found:.7g}",
            f"{each.expected:.7g}",
            " ".join(filter(None, (name, each.place))),
        )
        for number, (name, each) in worst_of(results).items()
    ]
    return table([head, *rows])


def recompute(paths: Iterable[Path]) -> dict[str, list[Deviation]]:
    """Every number of every bundle; with an earlier bundle of the same network the drift as well."""
    results: dict[str, list[Deviation]] = {}
    earlier: dict[str, str] = {}
    bundles = {path.stem: read_bundle(path) for path in paths}
    for name, bundle in sorted(bundles.items(), key=lambda item: item[1].numbers["step"]):
        results[name] = deviations(bundle)
        network = json.dumps([bundle.numbers[key] for key in ("experiment", "variant", "seed")])
        if network in earlier:
            results[name] += drift(results[earlier[network]], results[name])
        earlier[network] = name
    return results


def distance_to_converged(results: dict[str, list[Deviation]]) -> str:
    distances = [
        abs(each.found / each.expected - 1)
        for found in results.values()
        for each in found
        if each.number == CONVERGED_SHARPNESS
    ]
    if not distances:
        return ""
    return (
        f"Sharpness of {len(distances)} probes, as the page stops, is within"
        f" {max(distances):.1e} of the converged largest eigenvalue."
    )


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundles", nargs="+", type=Path)
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument(
        "--json", action="store_true", help="every number of every bundle, as JSON"
    )
    options = parser.parse_args(words)
    torch.set_num_threads(1)
    try:
        results = recompute(options.bundles)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    compared = sum(map(len, results.values()))
    above = [
        each
        for found in results.values()
        for each in found
        if is_worse(each.deviation, options.limit)
    ]
    if options.json:
        everything = {name: [vars(each) for each in found] for name, found in results.items()}
        print(
            json.dumps(
                encode({"limit": options.limit, "above": len(above), "bundles": everything})
            )
        )
    else:
        print(report(results, options.limit))
        print(distance_to_converged(results))
        print(f"{len(results)} bundles, {compared} numbers, {len(above)} above {options.limit:g}")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
