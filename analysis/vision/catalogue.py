"""Checkpoints that others published and these networks can load, each known by the sha256 of its file.

They are not a part of the project: who wants one fetches it and imports the file. The detector's file was
held, hashed and loaded here. The hash of SAM's is the one that several projects state independently; names
and shapes were tried on the original implementation.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from analysis.vision.cards import Card, TrainingSet
from analysis.vision.face.detection import DetectorSettings
from analysis.vision.face.retinaface import published_names as retinaface_names
from analysis.vision.releases import Release, WeightsMissing, load_network, read_release, write_release
from analysis.vision.segmentation.sam import published_names as sam_names


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
    intended_use: str
    limits: str
    names: Callable[[Mapping[str, Tensor]], dict[str, Tensor]]
    """From the published state dict to the architecture's."""
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
        intended_use="Comparison with the project's own detector.",
        limits="Trained by others on photographs in visible light; not judged on ultraviolet pictures.",
        names=retinaface_names,
    ),
    Published(
        name="sam-vit-b",
        task="sam",
        architecture="sam",
        arguments={"size": "vit-b"},
        address="https://dl.fbaipublicfiles.com/segment_anything/sam_vit_b_01ec64.pth",
        sha256="ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
        licence="Apache 2.0",
        trained_on="SA-1B",
        intended_use="The encoder of the SAM-guided U-Net, and the refinement of masks.",
        limits="Trained by others on photographs in visible light; it knows objects, not vitiligo.",
        names=sam_names,
    ),
)
SAM = PUBLISHED[-1]


def import_checkpoint(file: Path, weights_dir: Path) -> Release:
    """Make a release folder in `weights_dir` out of a published checkpoint.

    The file is opened only after its sha256 was found in the catalogue, and every parameter must fit. Raises
    UnknownCheckpoint, FileNotFoundError, FileExistsError where the release is there already, or
    WeightsMismatch.
    """
    published = identify(file)
    folder = weights_dir / published.name
    if folder.exists():
        raise FileExistsError(f"{published.name} is installed already.")
    state = torch.load(file, map_location="cpu", weights_only=True)
    release = write_release(folder, published.names(state), _card(published))
    load_network(release)
    return release


def installed(published: Published, weights_dir: Path) -> Release:
    """The release of a published checkpoint.

    Raises WeightsMissing, with the way to get it, or WeightsMismatch.
    """
    if not (weights_dir / published.name).is_dir():
        raise WeightsMissing(how_to_get(published))
    return read_release(weights_dir / published.name)


def how_to_get(published: Published) -> str:
    """What to do where a checkpoint is not installed."""
    file = published.address.rpartition("/")[2]
    package = " pip install -r requirements-sam.txt;" if published.architecture == "sam" else ""
    return (
        f"{published.name} is not installed. Download {published.address} ({published.licence}, sha256 "
        f"{published.sha256});{package} then: manage.py weights import {file}"
    )


def identify(file: Path) -> Published:
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
        intended_use=published.intended_use,
        limits=published.limits,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
