"""The training loop: epochs or minutes, resumable, with its history on disk.

A task says what is learnt; the loop says how: AdamW, warm-up and cosine decay, bfloat16 autocast, an averaged
copy of the weights that is the one validated and released, one row of metrics an epoch, checkpoints that are
whole or absent.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from analysis.vision.training.ahead import made_ahead
from analysis.vision.training.history import History
from analysis.vision.training.schedule import warmup_cosine

Batch = TypeVar("Batch")


class Task(Protocol[Batch]):
    """What the loop needs to know of a training.

    `batches(epoch)` must be a function of its argument and of the task's seed alone: a resumed training draws
    the same batches as one that was never interrupted. `validate` sees the averaged weights, in evaluation
    mode and without gradients.
    """

    model: nn.Module
    steps_per_epoch: int
    key_metric: str
    """The name of the metric, bigger is better, that chooses the best checkpoint."""

    def batches(self, epoch: int) -> Iterable[Batch]:
        """The epoch's training batches, `steps_per_epoch` of them."""

    def loss(self, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        """The scalar to minimise, with gradient, and its named parts for the history."""

    def validate(self) -> dict[str, float]:
        """Metrics on pictures that do not train."""


@dataclass(frozen=True)
class Settings:
    """How long and how fast to train; the defaults follow Lee et al. (AdamW, 1e-3, weight decay 0.01)."""

    epochs: int = 500
    patience: int | None = None
    """Epochs without a better checkpoint after which the training ends early; None waits to the end."""
    minutes: float | None = None
    """Wall-clock budget over all sessions of the run; the learning rate then follows the clock."""
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.03
    """The share of the training over which the rate rises from zero."""
    clip_norm: float = 5.0
    average_decay: float = 0.99
    seed: int = 0
    bfloat16: bool = True
    ahead: bool = False
    """Whether a process of its own makes the next batches meanwhile: worth a core where painting is slow."""


def train(
    task: Task[Any], runs_dir: Path, settings: Settings, *, resume: bool = True, progress: bool = True
) -> Path:
    """Train until the epochs, the minutes or the patience are used up.

    Args:
        task: model, batches, loss and validation.
        runs_dir: the run's own folder, where `last.pt`, `best.pt`, `metrics.csv` and `metrics.png` go.
        settings: length, rate, seed.
        resume: go on from `last.pt` where there is one; otherwise start anew.
        progress: show a progress bar.

    Returns:
        The path of the best checkpoint; `read_weights` gives its averaged state dict.
    """
    runs_dir.mkdir(parents=True, exist_ok=True)
    run = _Run(task, settings, runs_dir)
    if resume and run.last.exists():
        run.restore()
    bar = tqdm(total=settings.epochs, initial=run.epoch, disable=not progress, unit="epoch")
    while run.epoch < settings.epochs and not run.out_of_time() and not run.out_of_patience():
        run.train_epoch()
        bar.set_postfix_str(run.history.headline(task.key_metric))
        bar.update()
    bar.close()
    return run.best


def read_weights(checkpoint: Path) -> dict[str, Tensor]:
    """The averaged state dict of a checkpoint written by `train`."""
    state: dict[str, Tensor] = torch.load(checkpoint, map_location="cpu", weights_only=True)["averaged"]
    return state


class _Run:
    """The state of one training between two epochs; everything in it goes into the checkpoint."""

    def __init__(self, task: Task[Any], settings: Settings, folder: Path) -> None:
        self.task, self.settings, self.folder = task, settings, folder
        self.model = task.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.AdamW(
            _parameter_groups(self.model, settings.weight_decay), lr=settings.learning_rate
        )
        self.averaged = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.history = History()
        self.epoch, self.step, self.seconds = 0, 0, 0.0

    @property
    def last(self) -> Path:
        return self.folder / "last.pt"

    @property
    def best(self) -> Path:
        return self.folder / "best.pt"

    def out_of_time(self) -> bool:
        return self.settings.minutes is not None and self.seconds >= 60 * self.settings.minutes

    def out_of_patience(self) -> bool:
        if self.settings.patience is None:
            return False
        return self.history.epochs_since_best(self.task.key_metric) >= self.settings.patience

    def done_share(self) -> float:
        by_steps = self.step / max(1, self.settings.epochs * self.task.steps_per_epoch)
        if self.settings.minutes is None:
            return by_steps
        return min(1.0, max(by_steps, self.seconds / (60 * self.settings.minutes)))

    def train_epoch(self) -> None:
        _seed_everything(self.settings.seed + 1_000_003 * self.epoch)
        self.model.train()
        sums: dict[str, float] = {}
        steps = 0
        started = time.monotonic()
        batches = made_ahead if self.settings.ahead else _made_here
        for batch in batches(self.task.batches, self.epoch):
            parts = self._train_step(batch)
            sums = {name: sums.get(name, 0.0) + value for name, value in parts.items()}
            steps += 1
            self.seconds, started = self.seconds + time.monotonic() - started, time.monotonic()
            if self.out_of_time():
                break
        self.epoch += 1
        metrics = self._validate()
        self.seconds += time.monotonic() - started
        row = {f"loss_{name}": value / max(1, steps) for name, value in sums.items()} | metrics
        is_best = self.history.add(self.epoch, row, key=self.task.key_metric, seconds=self.seconds)
        self._save(is_best)

    def _train_step(self, batch: Any) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * warmup_cosine(self.done_share(), self.settings.warmup)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.settings.bfloat16):
            loss, parts = self.task.loss(batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip_norm)
        if torch.isfinite(norm):
            # One picture with an overflowing loss costs its step, not the run.
            self.optimiser.step()
        self.step += 1
        self._average()
        return {"total": float(loss.detach())} | parts

    @torch.no_grad()
    def _average(self) -> None:
        # A short memory at first, or the random start would linger in the average.
        decay = min(self.settings.average_decay, (1 + self.step) / (10 + self.step))
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                self.averaged[name].lerp_(value, 1 - decay)
            else:
                self.averaged[name].copy_(value)

    def _validate(self) -> dict[str, float]:
        with _weights(self.model, self.averaged), torch.no_grad():
            self.model.eval()
            return self.task.validate()

    def _save(self, is_best: bool) -> None:
        state = {
            "model": self.model.state_dict(),
            "averaged": self.averaged,
            "optimiser": self.optimiser.state_dict(),
            "history": self.history.rows,
            "settings": asdict(self.settings),
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
        }
        write_atomically(self.last, lambda path: torch.save(state, path))
        if is_best:
            best = {"averaged": self.averaged, "epoch": self.epoch, "metrics": self.history.rows[-1]}
            write_atomically(self.best, lambda path: torch.save(best, path))
        write_atomically(self.folder / "metrics.csv", self.history.write_csv)
        write_atomically(self.folder / "metrics.png", self.history.plot)

    def restore(self) -> None:
        state = torch.load(self.last, map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged = state["averaged"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.history = History(state["history"])
        self.epoch, self.step, self.seconds = state["epoch"], state["step"], state["seconds"]


def _made_here(batches: Callable[[int], Iterable[Batch]], epoch: int) -> Iterable[Batch]:
    return batches(epoch)


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a passing name and move it into place, so that a crash leaves the old one whole."""
    passing = path.with_name(f".{path.stem}.part{path.suffix}")
    write(passing)
    passing.replace(path)


def _parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Weight decay pulls on kernels only: on biases and normalisation it would change what a layer means."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    kernels = [p for p in parameters if p.ndim > 1]
    others = [p for p in parameters if p.ndim <= 1]
    return [{"params": kernels, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def _seed_everything(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@contextmanager
def _weights(model: nn.Module, state: dict[str, Tensor]) -> Iterator[None]:
    """Lend the model another state dict and give it its own back."""
    own = {name: value.detach().clone() for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    try:
        yield
    finally:
        model.load_state_dict(own)
