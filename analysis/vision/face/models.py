"""The three networks of the face pipeline, out of their releases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from torch import nn

from analysis.vision.architectures import SEGMENTERS
from analysis.vision.cards import THRESHOLD
from analysis.vision.face.detection import DetectorSettings, FaceDetector
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.mask import FaceMasker
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.face.vitiligo import Band, VitiligoSegmenter
from analysis.vision.releases import Release, WeightsMismatch, find_release, load_network

DETECTOR, MATTING, VITILIGO = TASKS = ("face_detector", "face_matting", "vitiligo")

Network = TypeVar("Network", bound=nn.Module)
Settings = TypeVar("Settings")


@dataclass(frozen=True)
class FaceModels:
    """One predictor of a process, and the releases it came from, by task."""

    detector: FaceDetector
    masker: FaceMasker
    segmenter: VitiligoSegmenter
    releases: Mapping[str, Release]
    device: str = "cpu"


def load_models(weights_dir: Path, device: str = "cpu") -> FaceModels:
    """The newest release of each task in `weights_dir`.

    `device` is where the mask and vitiligo networks run; the detector is small and stays on the CPU. Raises
    WeightsMissing or WeightsMismatch: there are no FaceModels without all three verified releases.
    """
    return models_of({task: find_release(weights_dir, task) for task in TASKS}, device)


def models_of(releases: Mapping[str, Release], device: str = "cpu") -> FaceModels:
    """Chosen releases, one for each of `TASKS`. Raises WeightsMissing or WeightsMismatch."""
    detector, matting, vitiligo = (releases[task] for task in TASKS)
    return FaceModels(
        detector_of(detector),
        FaceMasker(
            _network(matting, FaceMatting),
            _settings(matting, CropInput.from_card),
            matting.card.thresholds.get("face", 0.5),
            device,
        ),
        segmenter_of(vitiligo, device),
        MappingProxyType({task: releases[task] for task in TASKS}),
        device,
    )


def detector_of(release: Release) -> FaceDetector:
    """The face detector alone. Raises WeightsMissing or WeightsMismatch."""
    return FaceDetector(_network(release, RetinaFace), _settings(release, DetectorSettings.from_card))


def segmenter_of(release: Release, device: str = "cpu") -> VitiligoSegmenter:
    """The network of a vitiligo release, asked as its card says. Raises WeightsMissing or WeightsMismatch."""
    thresholds = release.card.thresholds
    try:
        band = Band.from_card(thresholds)
    except ValueError as error:
        raise WeightsMismatch(f"The thresholds of {release.name} cannot be used: {error}") from error
    return VitiligoSegmenter(
        _network(release, *SEGMENTERS),
        _settings(release, CropInput.from_card),
        thresholds.get(THRESHOLD, 0.5),
        device,
        band,
    )


def _network(release: Release, *kinds: type[Network]) -> Network:
    network = load_network(release)
    if not isinstance(network, kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise WeightsMismatch(f"{release.name} is a {type(network).__name__}, not a {names}.")
    return network


def _settings(release: Release, read: Callable[[Mapping[str, Any]], Settings]) -> Settings:
    try:
        return read(release.card.preprocessing)
    except (TypeError, ValueError) as error:
        raise WeightsMismatch(f"The preprocessing of {release.name} cannot be used: {error}") from error
