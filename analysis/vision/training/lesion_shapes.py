"""Outlines of vitiligo on a face in a picture: where it sits, how it is bordered, what it leaves out.

A lesion is a soft map from 0 (all pigment) to 1 (none). Its places are taken from the parts of the face, so
that rings around eyes and mouth, the forehead, the cheeks and the two sides of the face are found at any
pose.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.vision.training.noise import Field, fractal_noise, smooth_noise
from analysis.vision.training.parts import Part, Parts, face_of

Point = tuple[float, float]


@dataclass(frozen=True)
class FaceFrame:
    """Where things are on a face in a picture, in pixels."""

    size: tuple[int, int]
    centre: Point
    unit: float
    """The square root of the face's area."""
    eyes: tuple[Point, ...]
    mouth: Point | None
    midline: float
    """The column that parts the sides of the face: through the mouth and between the eyes where both show."""
    bounds: tuple[float, float, float, float]


def frame_of(parts: Parts) -> FaceFrame:
    """Measure a face; ValueError where the parts hold no face pixel."""
    face = face_of(parts)
    rows, columns = np.nonzero(face)
    if rows.size == 0:
        raise ValueError("There is no face in these parts.")
    centre = (float(columns.mean()), float(rows.mean()))
    eyes = _centres(parts == Part.EYE, limit=2)
    mouth = _centres((parts == Part.LIP) | (parts == Part.MOUTH), limit=1)
    anchors = [x for x, _ in (*eyes, *mouth)]
    return FaceFrame(
        size=(face.shape[0], face.shape[1]),
        centre=centre,
        unit=float(np.sqrt(rows.size)),
        eyes=eyes,
        mouth=mouth[0] if mouth else None,
        midline=float(np.mean(anchors)) if len(eyes) == 2 and mouth else centre[0],
        bounds=(float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max())),
    )


def _centres(region: NDArray[np.bool_], limit: int) -> tuple[Point, ...]:
    count, _, stats, centres = cv2.connectedComponentsWithStats(region.astype(np.uint8))
    order = sorted(range(1, count), key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))[:limit]
    return tuple((float(centres[i][0]), float(centres[i][1])) for i in order)


def patch(
    rng: np.random.Generator, frame: FaceFrame, at: Point, radius: float, *, aspect: float = 1.0
) -> Field:
    """A signed field around one place: above 0 inside an ellipse whose border noise has pushed about."""
    rows, columns = np.mgrid[: frame.size[0], : frame.size[1]].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    x, y = columns - at[0], rows - at[1]
    along = (np.cos(angle) * x + np.sin(angle) * y) / (radius * aspect**0.5)
    across = (np.cos(angle) * y - np.sin(angle) * x) / (radius / aspect**0.5)
    wobble = fractal_noise(rng, frame.size, max(frame.size) / radius, roughness=rng.uniform(0.45, 0.75))
    inside: Field = 1 - np.sqrt(along**2 + across**2) + np.float32(rng.uniform(0.1, 0.45)) * wobble
    return inside * np.float32(radius)


def ring(rng: np.random.Generator, frame: FaceFrame, at: Point, inner: float, outer: float) -> Field:
    """A signed field that is positive between two wobbling ellipses, as around an eye or the mouth."""
    outside = patch(rng, frame, at, outer, aspect=1.15)
    return np.minimum(outside, -patch(rng, frame, at, max(inner, 1.0), aspect=1.3))


def scattered(rng: np.random.Generator, frame: FaceFrame, share: float) -> Field:
    """A signed field positive on about `share` of the face, in blotches of a random scale."""
    cells = rng.uniform(2.0, 9.0) * max(frame.size) / frame.unit
    noise = fractal_noise(rng, frame.size, cells, roughness=rng.uniform(0.4, 0.75))
    return (noise - np.quantile(noise[::4, ::4], 1 - share)) * np.float32(0.5 * max(frame.size) / cells)


def confetti(rng: np.random.Generator, frame: FaceFrame, at: Point, radius: float) -> Field:
    """Many spots of a few millimetres, dense in the middle of a region and rarer outwards."""
    field = np.full(frame.size, -frame.unit, np.float32)
    for _ in range(int(rng.integers(15, 90))):
        offset = rng.normal(0, radius * 0.6, 2)
        spot = max(1.0, frame.unit * rng.uniform(0.008, 0.03))
        _raise_disc(field, (at[0] + offset[0], at[1] + offset[1]), spot)
    return field + np.float32(0.25 * 0.015 * frame.unit) * smooth_noise(rng, frame.size, 60)


def _raise_disc(field: Field, at: Point, radius: float) -> None:
    reach = int(radius * 3) + 2
    x0, y0 = max(0, int(at[0]) - reach), max(0, int(at[1]) - reach)
    window = field[y0 : int(at[1]) + reach, x0 : int(at[0]) + reach]
    if window.size:
        rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
        distance = np.hypot(columns + x0 - at[0], rows + y0 - at[1])
        np.maximum(window, (radius - distance).astype(np.float32), out=window)


def _anywhere(rng: np.random.Generator, frame: FaceFrame) -> Point:
    x0, y0, x1, y1 = frame.bounds
    return float(rng.uniform(x0, x1)), float(rng.uniform(y0, y1))


def _periocular(rng: np.random.Generator, frame: FaceFrame) -> Field:
    chosen = frame.eyes if rng.random() < 0.7 else frame.eyes[:1]
    outer = frame.unit * rng.uniform(0.12, 0.3)
    rings = [ring(rng, frame, eye, outer * rng.uniform(0.1, 0.5), outer) for eye in chosen]
    return np.maximum.reduce(rings) if rings else _single(rng, frame)


def _perioral(rng: np.random.Generator, frame: FaceFrame) -> Field:
    if frame.mouth is None:
        return _single(rng, frame)
    outer = frame.unit * rng.uniform(0.18, 0.38)
    return ring(rng, frame, frame.mouth, outer * rng.uniform(0.0, 0.6), outer)


def _single(rng: np.random.Generator, frame: FaceFrame) -> Field:
    radius = frame.unit * float(np.exp(rng.uniform(np.log(0.04), np.log(0.4))))
    return patch(rng, frame, _anywhere(rng, frame), radius, aspect=rng.uniform(0.6, 2.2))


def _pair(rng: np.random.Generator, frame: FaceFrame) -> Field:
    """One patch and its counterpart on the other side, alike but not the same."""
    x, y = _anywhere(rng, frame)
    radius = frame.unit * rng.uniform(0.06, 0.28)
    mirrored = (2 * frame.midline - x, y + rng.normal(0, 0.03) * frame.unit)
    return np.maximum(
        patch(rng, frame, (x, y), radius), patch(rng, frame, mirrored, radius * rng.uniform(0.7, 1.3))
    )


def _confetti(rng: np.random.Generator, frame: FaceFrame) -> Field:
    return confetti(rng, frame, _anywhere(rng, frame), frame.unit * rng.uniform(0.1, 0.35))


def _blotches(rng: np.random.Generator, frame: FaceFrame) -> Field:
    return scattered(rng, frame, float(rng.uniform(0.05, 0.5)))


def _near_universal(rng: np.random.Generator, frame: FaceFrame) -> Field:
    return scattered(rng, frame, float(rng.uniform(0.6, 0.93)))


def _segmental(rng: np.random.Generator, frame: FaceFrame) -> Field:
    """Blotches on one side only, cut off near the midline."""
    columns = np.arange(frame.size[1], dtype=np.float32)[None, :]
    side = rng.choice([-1.0, 1.0])
    wander = np.float32(0.02 * frame.unit) * smooth_noise(rng, frame.size, 6)
    segment: Field = np.minimum(
        scattered(rng, frame, float(rng.uniform(0.15, 0.6))), side * (columns - frame.midline) + wander
    )
    return segment


Kind = Callable[[np.random.Generator, FaceFrame], Field]

KINDS: dict[Kind, float] = {
    _periocular: 0.17,
    _perioral: 0.15,
    _single: 0.22,
    _pair: 0.14,
    _confetti: 0.08,
    _blotches: 0.13,
    _segmental: 0.05,
    _near_universal: 0.06,
}
"""How often each kind is drawn; several of them may meet on one face."""


def draw_lesions(rng: np.random.Generator, parts: Parts) -> Field:
    """Depigmentation on the grid of `parts` (H, W), 0 to 1; the border is where it passes 0.5.

    One to four kinds together, with islands of pigment in some, and one softness of border for all: from
    sharp to a twentieth of the face.
    """
    # Outlines are drawn on half the grid: they are smooth, and drawing them is most of the work.
    frame = frame_of(parts[::2, ::2])
    kinds = list(KINDS)
    weights = np.array([KINDS[kind] for kind in kinds])
    number = int(rng.choice([1, 2, 3, 4], p=[0.4, 0.3, 0.2, 0.1]))
    chosen = rng.choice(len(kinds), size=number, p=weights / weights.sum())
    field = np.maximum.reduce([kinds[index](rng, frame) for index in chosen])
    if rng.random() < 0.35:
        field = np.minimum(field, -islands(rng, frame))
    softness = frame.unit * float(np.exp(rng.uniform(np.log(0.003), np.log(0.04))))
    field = cv2.resize(field, parts.shape[::-1], interpolation=cv2.INTER_CUBIC)
    lesions: Field = 1 / (1 + np.exp(np.clip(-4 * field / max(softness, 0.35), -30, 30)))
    return lesions


def islands(rng: np.random.Generator, frame: FaceFrame) -> Field:
    """Pigment left or returned inside lesions: perifollicular dots or a few larger islands."""
    if rng.random() < 0.5:
        return confetti(rng, frame, _anywhere(rng, frame), frame.unit * rng.uniform(0.2, 0.5))
    return scattered(rng, frame, float(rng.uniform(0.03, 0.2)))
