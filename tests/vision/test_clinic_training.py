"""A release goes on learning from signed masks: patients apart, resumed, judged beside what it came from."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from analysis.vision.releases import Release, find_release, load_network, read_release, write_release
from analysis.vision.training import clinic
from analysis.vision.training.clinic import (
    PATIENTS,
    Roles,
    TooFewPatients,
    assign_roles,
    next_folder,
    publish,
    teach,
)
from analysis.vision.training.data import FaceSample
from analysis.vision.training.loop import Settings
from analysis.vision.training.parts import Part
from tests.vision.known_networks import draw_face

WEIGHTS = Path(__file__).resolve().parents[2] / "analysis" / "vision" / "weights"
QUICK = Settings(epochs=3, learning_rate=5e-4, warmup=0.1, average_decay=0.8)


@pytest.fixture
def base(tmp_path: Path) -> Release:
    """The project's release on the smallest grid, where it sees less than it was trained to see."""
    shipped = find_release(WEIGHTS, "vitiligo")
    about = replace(
        shipped.card,
        name="vitiligo-1",
        preprocessing={**shipped.card.preprocessing, "size": 64, "mirrored": False},
        thresholds={"vitiligo": 0.5, "vitiligo_low": 0.2, "vitiligo_high": 0.8},
        sdc={"front": 3.0},
    )
    return write_release(tmp_path / "weights" / "vitiligo-1", load_network(shipped), about)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinic, "BATCH", 4)
    monkeypatch.setattr(clinic, "STEPS_PER_EPOCH", 8)


def faces(patients: int) -> list[FaceSample]:
    """One drawn face a patient; this clinic draws its outlines two pixels outside of the lesion."""
    samples = []
    for number in range(patients):
        drawn = draw_face((96, 128), share=0.05 + 0.03 * number)
        wide = cv2.dilate(drawn.vitiligo, np.ones((5, 5), np.uint8)).astype(np.uint8)
        parts = np.where(drawn.face > 0, Part.SKIN, Part.BACKGROUND).astype(np.uint8)
        samples.append(
            FaceSample(f"{number}", "clinic", f"P-{number:05}", drawn.image, parts, wide & drawn.face)
        )
    return samples


@pytest.mark.parametrize(
    ("patients", "sizes"), [(3, (1, 1, 1)), (4, (2, 1, 1)), (12, (8, 2, 2)), (50, (30, 10, 10))]
)
def test_every_patient_has_one_role(base: Release, patients: int, sizes: tuple[int, int, int]) -> None:
    names = [f"P-{number:05}" for number in range(patients)]
    roles = assign_roles(base, names * 2)
    assert (len(roles.teaching), len(roles.choosing), len(roles.judging)) == sizes
    assert sorted(roles.teaching + roles.choosing + roles.judging) == names
    assert assign_roles(base, reversed(names)) == roles


@pytest.mark.parametrize("patients", [0, 1, 2])
def test_few_patients_are_refused_in_words(base: Release, patients: int) -> None:
    with pytest.raises(TooFewPatients, match=f"signed masks of {patients} patients. At least 3"):
        assign_roles(base, [str(number) for number in range(patients)])


def test_who_taught_never_judges_what_grows_out_of_it(base: Release) -> None:
    names = [f"P-{number:05}" for number in range(10)]
    first = assign_roles(base, names)
    first.write(base.folder)
    second = assign_roles(base, [*names, "P-00099"])
    assert not set(second.judging) & first.taught
    assert second.taught > first.taught
    with pytest.raises(TooFewPatients, match="has taught vitiligo-1 already"):
        assign_roles(base, first.taught)


def test_releases_of_a_clinic_are_never_the_projects_newest(tmp_path: Path) -> None:
    assert next_folder(tmp_path).name == "vitiligo-clinic-1"
    (tmp_path / "vitiligo-clinic-9").mkdir()
    assert next_folder(tmp_path).name == "vitiligo-clinic-10"


@pytest.mark.usefixtures("quick")
def test_a_release_learns_and_is_judged_beside_its_base(base: Release, tmp_path: Path) -> None:
    samples, runs = faces(4), tmp_path / "runs"
    checkpoint, roles = teach(base, samples, runs, settings=QUICK, progress=False)
    release = publish(base, samples, checkpoint, roles, next_folder(base.folder.parent))
    new, old = release.card.evaluation
    assert (new.name, old.name) == ("clinic", "clinic, by vitiligo-1")
    assert new.n == old.n == len(roles.judging) == 1
    assert new.metrics["dice_mean"].value > old.metrics["dice_mean"].value + 0.03
    assert load_network(read_release(release.folder)) is not None
    assert release.sha256 != base.sha256
    assert (release.card.sdc, release.card.thresholds) == ({}, {"vitiligo": 0.5})
    assert release.card.training[-1].n == 3
    assert Roles.read(release.folder / PATIENTS) == roles


@pytest.mark.usefixtures("quick")
def test_an_interrupted_training_goes_on_with_the_same_patients(base: Release, tmp_path: Path) -> None:
    samples, runs = faces(3), tmp_path / "runs"
    short = Settings(epochs=1, learning_rate=1e-3)
    _, before = teach(base, samples, runs, settings=short, progress=False)
    _, after = teach(base, faces(8), runs, settings=Settings(epochs=2, learning_rate=1e-3), progress=False)
    assert after == before
    epochs = (runs / "metrics.csv").read_text().splitlines()[1:]
    assert len(epochs) == 2
    with pytest.raises(TooFewPatients, match="--fresh"):
        teach(base, samples[:1], runs, settings=short, progress=False)
