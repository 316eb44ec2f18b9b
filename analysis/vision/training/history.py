"""What a training measured, epoch by epoch: as rows, as a table and as a plot."""

import csv
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

Row = dict[str, float]


class History:
    """The metrics of the epochs so far; plain numbers only, so that a checkpoint can carry it."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows: list[Row] = [dict(row) for row in rows]

    def add(self, epoch: int, metrics: Row, *, key: str, seconds: float) -> bool:
        """Append an epoch; true when no earlier epoch had a higher value of the metric `key`."""
        best_before = max((row[key] for row in self.rows), default=float("-inf"))
        self.rows.append({"epoch": float(epoch), "seconds": round(seconds, 1)} | metrics)
        return metrics[key] >= best_before

    def epochs_since_best(self, key: str) -> int:
        """Epochs after the last one that was best so far; 0 before the first."""
        values = [row[key] for row in self.rows]
        return values[::-1].index(max(values)) if values else 0

    def headline(self, key: str) -> str:
        """The last epoch in a few words, for the progress bar."""
        row = self.rows[-1]
        best = max(r[key] for r in self.rows)
        return f"loss {row['loss_total']:.3f}, {key} {row[key]:.4f} (best {best:.4f})"

    def write_csv(self, path: Path) -> None:
        """One line an epoch; a metric that some epochs lack is left empty there."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(self.rows)

    def plot(self, path: Path) -> None:
        """Losses above, metrics below, over the epochs."""
        # Figure without pyplot: no global state, no display, safe in a worker.
        figure = Figure(figsize=(9, 7), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True)
        for name in dict.fromkeys(n for row in self.rows for n in row if n not in ("epoch", "seconds")):
            points = [(row["epoch"], row[name]) for row in self.rows if name in row]
            axes = upper if name.startswith("loss_") else lower
            axes.plot(*zip(*points, strict=True), label=name, marker=".", linewidth=1)
        upper.set_ylabel("loss")
        lower.set_ylabel("validation")
        lower.set_xlabel("epoch")
        for axes in (upper, lower):
            axes.grid(visible=True, alpha=0.3)
            if axes.get_legend_handles_labels()[0]:
                axes.legend(fontsize=7, ncols=2)
        figure.savefig(path, dpi=110)
