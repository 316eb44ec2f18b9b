"""The pictures that judge: held-out people only, the same ones every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from analysis.vision.phantom.scene import Background, Scene, draw_capture
from analysis.vision.phantom.sensor import develop, draw_background
from analysis.vision.terms import Image, Modality, View
from analysis.vision.training.annotated_faces import manifest_rows, shrunk
from analysis.vision.training.data import FaceSample, read_faces, read_image, read_phantom
from analysis.vision.training.face_detector import SHOWS_PART_OF_A_FACE, read_empties
from analysis.vision.training.figures.bands import phantom_tones, tone_of_sample
from analysis.vision.training.figures.marks import Case
from analysis.vision.training.painted import painted
from analysis.vision.training.painting import Brush, paint_face
from analysis.vision.training.splits import Side, side_of

WITHOUT_FACE = 300
"""Pictures without a face."""
LONG_SIDE = 320
"""Of those pictures, in pixels."""
SHOWS_AN_EYE = frozenset({"b048", "b074", "b082", "b132"})
"""Sources of `vitiligo_weak` whose pictures without a whole face show a part of one, or hands before it."""
CLEAR = Brush(without_vitiligo=1.0, untouched=0.0, modalities=((Modality.UV_REFLECTANCE, 1.0),))
"""A face without vitiligo under the UV look, with the distractors of training."""


@dataclass(frozen=True)
class Empty:
    """A picture without a face."""

    kind: str
    group: str
    """Pictures of one source are no independent evidence."""
    image: Image


@dataclass(frozen=True)
class Pictures:
    """Everything that judges, read and painted when it is first asked for."""

    data: Path
    """The folder with `manifest.csv`."""
    phantom: Path
    """A set that `analysis.vision.phantom.dataset` wrote."""
    every: int = 1
    """Every so many-th picture of each set, except for the real vitiligo."""

    def faces(self, *sets: str) -> list[FaceSample]:
        """Held-out faces of the named sets, as they were photographed."""
        return read_faces(self.data, sets, Side.VALIDATION)[:: self.every]

    @cached_property
    def real(self) -> list[Case]:
        """Real vitiligo, traced by hand: few and telling, so all of it, whatever `every` says."""
        samples = read_faces(self.data, ["vitiligo_faces"], Side.VALIDATION)
        return [Case(sample, tone_of_sample(sample)) for sample in samples]

    @cached_property
    def clear(self) -> list[FaceSample]:
        """Faces without vitiligo, in visible light."""
        plain = self.faces("faces_parsing", "faces_multiview", "faces_frontal")
        return [replace(face, modality=Modality.VISIBLE.value) for face in plain]

    @cached_property
    def visible(self) -> list[Case]:
        """Unseen faces with painted vitiligo in visible light."""
        made = painted(self.faces("faces_parsing", "faces_multiview"), modality=Modality.VISIBLE)
        return [Case(sample, tone_of_sample(sample)) for sample in made]

    @cached_property
    def ultraviolet(self) -> list[Case]:
        """The same under the UV look.

        Skin has no tone under UV: it is that of the face in visible light, which the same seed paints with
        the same pigment and the same lesions.
        """
        made = painted(self.faces("faces_parsing", "faces_multiview"), modality=Modality.UV_REFLECTANCE)
        return [
            Case(sample, twin.tone if _same_lesions(sample, twin.sample) else "unknown")
            for sample, twin in zip(made, self.visible, strict=True)
        ]

    @cached_property
    def clear_ultraviolet(self) -> list[Case]:
        """Faces without vitiligo under the UV look."""
        cases = []
        for index, face in enumerate(self.clear):
            rng = np.random.default_rng((1, index))
            image = paint_face(rng, face.image, face.parts, CLEAR).image
            sample = replace(face, image=image, modality=Modality.UV_REFLECTANCE.value)
            cases.append(Case(sample, "unknown"))
        return cases

    @cached_property
    def phantoms(self) -> list[Case]:
        """Held-out phantom people."""
        tones = phantom_tones(self.phantom)
        samples = read_phantom(self.phantom, Side.VALIDATION)[:: self.every]
        return [Case(sample, tones[sample.name]) for sample in samples]

    def without_face(self, *, photos_taught: bool) -> list[Empty]:
        """Dermoscopy, hands and arms, rooms and noise, `WITHOUT_FACE` in all.

        Where `vitiligo_photos` taught the detector, only its held-out groups judge.
        """
        found = [
            Empty("dermoscopy", f"d{n}", x) for n, x in enumerate(read_empties(self.data, Side.VALIDATION))
        ]
        found += hands_and_arms(self.data, held_out_only=photos_taught)
        missing = WITHOUT_FACE - len(found)
        found += [Empty("rooms", f"r{number}", room(number)) for number in range(missing // 2)]
        rngs = [np.random.default_rng((7, number)) for number in range(missing - missing // 2)]
        found += [Empty("noise", f"n{number}", noise(rng)) for number, rng in enumerate(rngs)]
        return found[:: self.every]

    def normal_thumbnails(self) -> Iterator[tuple[str, Image]]:
        """Small photos of faces that were collected as normal skin."""
        rows = manifest_rows(self.data, "vitiligo_weak")
        chosen = [row for row in rows if row["label"] == "normal" and row["has_face"] == "1"]
        for row in chosen[:: self.every]:
            yield Path(row["image"]).stem, read_image(self.data / row["image"])


def _same_lesions(one: FaceSample, other: FaceSample) -> bool:
    return np.array_equal(one.vitiligo, other.vitiligo)  # type: ignore[arg-type]


def hands_and_arms(data: Path, *, held_out_only: bool) -> list[Empty]:
    """The pictures of vitiligo that show no face: thumbnails, which never teach, and photos."""
    found = [
        (row["group"], row["image"])
        for row in manifest_rows(data, "vitiligo_weak")
        if row["has_face"] == "0" and row["label"] == "vitiligo" and row["group"] not in SHOWS_AN_EYE
    ]
    for row in manifest_rows(data, "vitiligo_photos"):
        side = side_of(row["set"], file_name=Path(row["image"]).name, group=row["group"])
        is_empty = row["has_face"] == "0" and row["group"] not in SHOWS_PART_OF_A_FACE
        if is_empty and (side is Side.VALIDATION or not held_out_only):
            found.append((row["group"], row["image"]))
    return [
        Empty("hands and arms", group, shrunk(read_image(data / image), LONG_SIDE)) for group, image in found
    ]


def room(number: int) -> Image:
    """The phantom's surroundings without the phantom, under one of its lamps."""
    behind: Sequence[Background] = ("room", "booth", "plain")
    lamps = (Modality.VISIBLE, Modality.UV_REFLECTANCE, Modality.WOODS_LAMP)
    scene = Scene(View.FRONT, lamps[number % 3], number, background=behind[number // 3 % 3])
    size = 240, LONG_SIDE
    return develop(draw_background(scene, size, number), scene, draw_capture(scene, size))


def noise(rng: np.random.Generator) -> Image:
    """Coloured noise of a random grain, between pixels and half of the picture."""
    cells = int(np.exp(rng.uniform(np.log(3), np.log(LONG_SIDE))))
    coarse = rng.normal(rng.uniform(60, 180), rng.uniform(10, 70), (cells, cells, 3)).astype(np.float32)
    picture = cv2.resize(coarse, (LONG_SIDE, LONG_SIDE), interpolation=cv2.INTER_CUBIC)
    return np.clip(picture, 0, 255).astype(np.uint8)
