"""The card of a release: what a person and a program must know about weights before they use them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

THRESHOLD, LOW, HIGH = "vitiligo", "vitiligo_low", "vitiligo_high"
"""Thresholds of a vitiligo release: of the mask, and the two between which a pixel is uncertain."""

PROCEDURE = ("architecture", "arguments", "preprocessing", "classes", "malignant", "temperature")


@dataclass(frozen=True)
class TrainingSet:
    """Pictures that taught."""

    name: str
    n: int
    terms: str
    note: str = ""


@dataclass(frozen=True)
class Metric:
    """A measured value with its 95 % interval; equal ends where no interval was computed."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class EvaluationSet:
    """Pictures that judged, none of which taught."""

    name: str
    n: int
    metrics: Mapping[str, Metric]
    note: str = ""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        metrics = {name: Metric(**metric) for name, metric in value["metrics"].items()}
        return cls(**{**value, "metrics": metrics})


@dataclass(frozen=True)
class Base:
    """A release that another one builds on, and that is not stored again with it."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """Everything that travels with weights. Unknown or missing entries raise TypeError when it is read."""

    name: str
    """Such as `vitiligo-1`; also the name of the release's folder."""
    task: str
    """face_detector, face_matting or vitiligo; one of `lesion.result.TASKS`; or sam, which only lends its
    encoder to others."""
    architecture: str
    """A key of `architectures.ARCHITECTURES`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the architecture's builder."""
    base: Base | None = None
    """The release whose frozen weights this one needs; it is looked for beside this one's folder."""
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `DetectorSettings` for the detector, of `CropInput` for the others."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    """What a lesion classifier tells apart, in the order of its answers."""
    malignant: tuple[str, ...] = ()
    """Those of `classes` that are malignant."""
    temperature: float = 1.0
    """A classifier's logits are divided by it before they become probabilities."""
    training: tuple[TrainingSet, ...] = ()
    evaluation: tuple[EvaluationSet, ...] = ()
    sdc: Mapping[str, float] = field(default_factory=dict)
    """Smallest detectable change (SDC95) of F-Vitiligo by view, in percentage points, where measured."""
    seed: int
    data_terms: str
    """Licence terms of the training data, in a sentence."""
    intended_use: str
    limits: str
    created: str
    """ISO 8601, UTC."""
    sha256: str = ""
    """Of weights.safetensors; filled in by `write_release`."""

    @property
    def procedure(self) -> Mapping[str, Any]:
        """What decides about the numbers, beside the weights. The ends of an interval only say how sure
        they are.
        """
        thresholds = {name: value for name, value in self.thresholds.items() if name not in {LOW, HIGH}}
        entries = asdict(self)
        return {name: entries[name] for name in PROCEDURE} | {"thresholds": thresholds}

    def to_json(self) -> str:
        """The card as indented JSON in field order."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The card from its JSON. Raises ValueError, TypeError or KeyError for text that is no card."""
        value = json.loads(text)
        if not isinstance(value, dict):
            raise TypeError("A card is a JSON object.")
        unknown = sorted(set(value) - {f.name for f in fields(cls)})
        if unknown:
            raise TypeError(f"Unknown entries: {', '.join(unknown)}.")
        base = value.get("base")
        value["base"] = None if base is None else Base(**base)
        value |= {name: tuple(value.get(name, ())) for name in ("classes", "malignant")}
        value["training"] = tuple(TrainingSet(**one) for one in value.get("training", ()))
        value["evaluation"] = tuple(EvaluationSet.from_json(one) for one in value.get("evaluation", ()))
        return cls(**value)
