"""Which fixtures there are: every normalisation and switch on small networks."""

from __future__ import annotations

from dataclasses import dataclass

PAPER_NOISE = {"nMu": 0.5, "nSigma": 1.25, "rMu": 0.1, "rSigma": 0.1}
CLASSES = 10


@dataclass(frozen=True)
class Case:
    name: str
    variant: str
    network: str = "vgg:3-M-4-3-M"
    size: tuple[int, int, int] = (5, 4, 1)
    """Height, width and channels of the input."""
    examples: int = 4
    learning_rate: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    probe_steps: tuple[float, ...] = (0.5, 1, 2, 4)
    ties: bool = False
    """Whether largest |y| occur more than once in the first layer, at different inputs."""

    @property
    def is_deep_linear(self) -> bool:
        return self.network.startswith("dln")


def deep_linear(name: str, variant: str, **changes: object) -> Case:
    """Four 5x5 matrices, full batch, at the paper's multiples of the learning rate."""
    settings: dict[str, object] = {
        "network": "dln:4x5",
        "size": (1, 1, 5),
        "examples": 12,
        "learning_rate": 1e-3,
        "probe_steps": (0.01, 0.1, 1, 10, 30),
        **changes,
    }
    return Case(f"dln-{name}", variant, **settings)  # type: ignore[arg-type]


NORMS = ("none", "batch", "noisy-batch", "l1", "l2", "linf", "layer", "group", "noisy-none")
STATISTICS = ("batch", "l1", "l2", "linf", "layer", "group")
HIDDEN = "vgg:3-M/12"

CASES = (
    *(Case(norm, norm) for norm in NORMS),
    Case("group.two-and-three-channels", "group", "vgg:10-M-9-M", (3, 3, 1), examples=3),
    Case("group.eleven-channels", "group", "vgg:11-M", (3, 3, 1), examples=3),
    *(Case(f"{norm}.stopped", f"{norm}.stopped") for norm in STATISTICS),
    *(Case(f"{norm}.frozen", f"{norm}.frozen") for norm in ("batch", "linf", "group")),
    Case("batch.stopped.frozen", "batch.stopped.frozen"),
    *(Case(f"{norm}.last", f"{norm}.last") for norm in ("batch", "noisy-batch")),
    *(Case(f"{norm}.layer2", f"{norm}.layer2") for norm in ("batch", "l1")),
    Case("linf.ties", "linf", size=(6, 6, 1), ties=True),
    Case("batch.three-channels", "batch", "vgg:4-M-3", (4, 4, 3)),
    Case("batch.weight-decay", "batch", weight_decay=0.05),
    Case("none.weight-decay", "none", weight_decay=0.05),
    Case("batch.momentum", "batch", momentum=0.9),
    Case("batch.own-rate", "batch@0.02"),
    *(
        Case(f"{norm}.hidden-dense", norm, HIDDEN, (4, 4, 1))
        for norm in ("none", "batch", "noisy-batch", "l2")
    ),
    Case("batch.last.hidden-dense", "batch.last", HIDDEN, (4, 4, 1)),
    Case("layer.batch-of-one", "layer", examples=1),
    *(deep_linear(norm, norm) for norm in NORMS if norm != "group"),
    deep_linear("group", "group", network="dln:3x9", size=(1, 1, 9)),
    *(deep_linear(f"{norm}.stopped", f"{norm}.stopped") for norm in ("batch", "l1", "l2", "linf")),
    *(deep_linear(variant, variant) for variant in ("batch.frozen", "batch.last", "l2.layer2")),
    deep_linear("linf.ties", "linf", ties=True),
    deep_linear("batch.weight-decay.momentum", "batch", weight_decay=0.1, momentum=0.9),
)
