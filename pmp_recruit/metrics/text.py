"""The Prometheus text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


@dataclass
class Family:
    """One metric: its name, what it means, and its samples. ``kind``: ``counter``, ``gauge`` or ``histogram``."""

    name: str
    kind: str
    meaning: str
    samples: list[tuple[str, Labels, float]] = field(default_factory=list)

    def add(self, value: float, /, *, suffix: str = "", **labels: str) -> "Family":
        self.samples.append((self.name + suffix, labels, value))
        return self


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _labels(labels: Labels) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def write(families: Iterable[Family]) -> str:
    """The families as the page that a Prometheus reads; one without samples is left out."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines.append(f"# HELP {family.name} " + family.meaning.replace("\\", r"\\").replace("\n", " "))
            lines.append(f"# TYPE {family.name} {family.kind}")
            lines += [f"{name}{_labels(labels)} {value:.15g}" for name, labels, value in family.samples]
    return "\n".join(lines) + "\n"
