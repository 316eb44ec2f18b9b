"""A measured figure beside its target, and the parts of the report that figures make up."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from analysis.vision.cards import Metric


@dataclass(frozen=True)
class Target:
    """What a figure ought to reach."""

    bound: float
    at_least: bool = True

    def is_met_by(self, value: float) -> bool:
        """False also for a value that is not defined."""
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Figure:
    """One value with its 95 % interval."""

    name: str
    n: int
    metric: Metric
    target: Target | None = None
    unit: str = ""
    digits: int = 3

    def shown(self, value: float) -> str:
        """A value with the figure's digits."""
        return "not defined" if math.isnan(value) else f"{value:.{self.digits}f}"

    def with_interval(self) -> str:
        """Such as "0.912 (0.894 to 0.927)"; the value alone where it has no interval."""
        low, high = self.shown(self.metric.low), self.shown(self.metric.high)
        unit = f" {self.unit}" if self.unit else ""
        exact = self.metric.low == self.metric.value == self.metric.high
        return self.shown(self.metric.value) + unit + ("" if exact else f" ({low} to {high})")

    def line(self) -> str:
        """A row of the report's table: figure, n, value, target, reached."""
        if self.target is None:
            return f"| {self.name} | {self.n} | {self.with_interval()} | | |"
        sign = ">=" if self.target.at_least else "<="
        reached = "yes" if self.target.is_met_by(self.metric.value) else "**no**"
        target = f"{sign} {self.target.bound:g}{f' {self.unit}' if self.unit else ''}"
        return f"| {self.name} | {self.n} | {self.with_interval()} | {target} | {reached} |"

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        target = value["target"]
        return cls(
            **{
                **value,
                "metric": Metric(**value["metric"]),
                "target": None if target is None else Target(**target),
            }
        )


HEAD = ("| figure | n | value (95 % interval) | target | reached |", "|---|---|---|---|---|")


@dataclass(frozen=True)
class Part:
    """One part of the report, measured in one go."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    text: str = ""
    """Further tables and remarks, in Markdown."""
    releases: tuple[str, ...] = ()
    """Names of the releases that were measured."""
    every: int = 1
    """Every so many-th picture was looked at."""

    def markdown(self) -> str:
        """The part under its title."""
        looked = "" if self.every == 1 else f" One picture in {self.every} only, but all real vitiligo."
        head = [f"## {self.title}", "", f"Measured: {', '.join(self.releases)}.{looked}", ""]
        table = [*HEAD, *(figure.line() for figure in self.figures), ""] if self.figures else []
        return "\n".join([*head, *table, self.text.strip(), ""])

    def write(self, folder: Path) -> None:
        """`<name>.json` in `folder`, from which the report is bound."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.json").write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """A part that `write` wrote."""
        value = json.loads(path.read_text(encoding="utf-8"))
        figures = tuple(Figure.from_json(one) for one in value["figures"])
        return cls(**{**value, "figures": figures, "releases": tuple(value["releases"])})


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"
