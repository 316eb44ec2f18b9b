"""Checkpoints that others published and these networks can load, each known by the sha256 of its file.

They are not a part of the project: who wants one fetches it and imports the file. Only files that were held,
hashed and loaded are listed, so that an import is never a guess.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from analysis.vision.cards import Card, TrainingSet
from analysis.vision.face.detection import DetectorSettings
from analysis.vision.face.retinaface import published_names
from analysis.vision.releases import Release, load_network, write_release


class UnknownCheckpoint(Exception):
    """The file is none of the published checkpoints; the message is fit to show."""


@dataclass(frozen=True)
class Published:
    """A checkpoint as its authors published it."""

    name: str
    """Of the release that an import makes; without a number, so that it never replaces the newest one."""
    task: str
    architecture: str
    address: str
    sha256: str
    licence: str
    trained_on: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    preprocessing: Mapping[str, Any] = field(default_factory=dict)


PUBLISHED = (
    Published(
        name="face_detector-widerface",
        task="face_detector",
        architecture="retinaface",
        arguments={"backbone": "mobilenet0.25"},
        preprocessing=asdict(DetectorSettings()),
        address="https://github.com/biubug6/Pytorch_Retinaface (mobilenet0.25_Final.pth)",
        sha256="38ec7bb3c9cbfe2f40edabc05fab970a6d648747cbc534092be85d5eb9b37ed0",
        licence="MIT",
        trained_on="WIDER FACE",
    ),
)


def import_checkpoint(file: Path, weights_dir: Path) -> Release:
    """Make a release folder in `weights_dir` out of a published checkpoint.

    The file is opened only after its sha256 was found in the catalogue, and every parameter must fit. Raises
    UnknownCheckpoint, FileNotFoundError, FileExistsError where the release is there already, or
    WeightsMismatch.
    """
    published = _identify(file)
    folder = weights_dir / published.name
    if folder.exists():
        raise FileExistsError(f"{published.name} is installed already.")
    state = torch.load(file, map_location="cpu", weights_only=True)
    release = write_release(folder, published_names(state), _card(published))
    load_network(release)
    return release


def _identify(file: Path) -> Published:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    for published in PUBLISHED:
        if published.sha256 == digest:
            return published
    raise UnknownCheckpoint(f"{file.name} (sha256 {digest}) is not in the list of published checkpoints.")


def _card(published: Published) -> Card:
    return Card(
        name=published.name,
        task=published.task,
        architecture=published.architecture,
        arguments=published.arguments,
        preprocessing=published.preprocessing,
        training=(TrainingSet(published.trained_on, 0, published.licence, "number not stated"),),
        seed=0,
        data_terms=f"Published under {published.licence}: {published.address}.",
        intended_use="Comparison with the project's own detector.",
        limits="Trained by others on photographs in visible light; not judged on ultraviolet pictures.",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
