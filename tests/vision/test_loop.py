"""The loop learns, resumes without a trace, and leaves whole files."""

import csv
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from analysis.vision.training.loop import Settings, read_weights, train, write_atomically
from analysis.vision.training.schedule import warmup_cosine


class LineTask:
    """Learns y = 3x - 1 from noisy points; dropout makes it depend on the global random state as well."""

    steps_per_epoch = 6
    key_metric = "fit"

    def __init__(self) -> None:
        torch.manual_seed(7)
        self.model: nn.Module = nn.Sequential(
            nn.Linear(1, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 1)
        )

    def batches(self, epoch: int) -> Iterable[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(epoch)
        for _ in range(self.steps_per_epoch):
            x = torch.rand(32, 1, generator=generator)
            yield x, 3 * x - 1

    def loss(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, float]]:
        x, y = batch
        error = (self.model(x).float() - y).square().mean()
        return error, {"squared": float(error.detach())}

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        x = torch.linspace(0, 1, 50)[:, None]
        return {"fit": -float((self.model(x) - (3 * x - 1)).square().mean())}


SETTINGS = Settings(epochs=6, learning_rate=0.03, average_decay=0.9, bfloat16=False)


def test_it_learns(tmp_path: Path) -> None:
    task = LineTask()
    before = task.validate()["fit"]
    best = train(task, tmp_path, Settings(epochs=25, learning_rate=0.03, bfloat16=False), progress=False)
    task.model.load_state_dict(read_weights(best))
    task.model.eval()
    assert task.validate()["fit"] > 0.2 * before


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(LineTask(), tmp_path / "whole", SETTINGS, progress=False)

    class Interrupted(LineTask):
        def batches(self, epoch: int) -> Iterable[tuple[Tensor, Tensor]]:
            for number, batch in enumerate(super().batches(epoch)):
                if epoch == 3 and number == 2:
                    raise KeyboardInterrupt
                yield batch

    with pytest.raises(KeyboardInterrupt):
        train(Interrupted(), tmp_path / "halved", SETTINGS, progress=False)
    train(LineTask(), tmp_path / "halved", SETTINGS, progress=False)

    whole, halved = (read_weights(tmp_path / name / "last.pt") for name in ("whole", "halved"))
    assert whole.keys() == halved.keys()
    for name, value in whole.items():
        torch.testing.assert_close(halved[name], value, rtol=0, atol=0)


def test_the_history_has_a_row_an_epoch_and_a_plot(tmp_path: Path) -> None:
    train(LineTask(), tmp_path, SETTINGS, progress=False)
    rows = list(csv.DictReader((tmp_path / "metrics.csv").read_text().splitlines()))
    assert [float(row["epoch"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {"loss_total", "loss_squared", "fit"} <= rows[0].keys()
    assert (tmp_path / "metrics.png").read_bytes().startswith(b"\x89PNG")


def test_the_best_checkpoint_is_the_epoch_with_the_highest_key_metric(tmp_path: Path) -> None:
    best = train(LineTask(), tmp_path, SETTINGS, progress=False)
    rows = list(csv.DictReader((tmp_path / "metrics.csv").read_text().splitlines()))
    expected = max(rows, key=lambda row: float(row["fit"]))
    assert torch.load(best, weights_only=True)["epoch"] == float(expected["epoch"])


def test_a_spent_clock_ends_the_training(tmp_path: Path) -> None:
    train(LineTask(), tmp_path, Settings(epochs=1000, minutes=0.0, bfloat16=False), progress=False)
    assert not (tmp_path / "last.pt").exists()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "last.pt"
    target.write_text("whole")

    def fail(path: Path) -> None:
        path.write_text("ha")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, fail)
    assert target.read_text() == "whole"


def test_the_rate_rises_then_falls_to_its_floor() -> None:
    assert warmup_cosine(0.0, 0.1) == pytest.approx(0.01)
    assert warmup_cosine(0.05, 0.1) == pytest.approx(0.5)
    assert warmup_cosine(0.1, 0.1) == pytest.approx(1.0)
    assert warmup_cosine(1.0, 0.1) == pytest.approx(0.01)


def test_batches_made_ahead_are_the_same_in_the_same_order() -> None:
    # In a process of its own: `made_ahead` forks, and the threads of other tests may hold locks meanwhile.
    program = """
import torch
from analysis.vision.training.ahead import made_ahead
from tests.vision.test_loop import LineTask
task = LineTask()
for (x, y), (x_ahead, y_ahead) in zip(task.batches(3), made_ahead(task.batches, 3), strict=True):
    assert torch.equal(x, x_ahead) and torch.equal(y, y_ahead)
print("same")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "same", done.stderr


def test_patience_ends_a_run_that_gets_no_better(tmp_path: Path) -> None:
    class Worse(LineTask):
        """Every epoch is worse than the one before."""

        def validate(self) -> dict[str, float]:
            self.asked = getattr(self, "asked", 0) + 1
            return {"fit": -float(self.asked)}

    patient = Settings(epochs=9, patience=3, bfloat16=False)
    train(Worse(), tmp_path, patient, progress=False)
    with (tmp_path / "metrics.csv").open() as file:
        assert [float(row["fit"]) for row in csv.DictReader(file)] == [-1, -2, -3, -4]
    assert torch.load(tmp_path / "best.pt", weights_only=True)["epoch"] == 1
