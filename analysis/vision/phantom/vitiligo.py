"""Vitiligo on the skin of the head: where it lies, how it borders, how it repigments.

The pattern is a field over the canonical head (millimetres): higher is more readily depigmented. Skin whose
field stands over a threshold has lost its pigment; the threshold is found on the average head, so that
`extent` is a share of the facial skin. Repigmentation raises the threshold (the margin retreats) and opens
perifollicular islands that grow; both only ever give pigment back as `amount` rises.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Self

import numpy as np

from analysis.vision.phantom.head import JAW_ROW, Expression, sculpt_head
from analysis.vision.phantom.noise import fractal_noise, nearest_seed, smoothstep, value_noise
from analysis.vision.phantom.person import Person
from analysis.vision.terms import Array

Kind = Literal["bilateral", "segmental", "none"]
FOLLICLES = 5.2
MARGIN_SHARE = 0.55
# Centre on the average head in mm, reach in mm, and how often the site is affected.
SITES: dict[str, tuple[tuple[float, float, float], float, float]] = {
    "periocular": ((31.5, 0, 84), 27, 0.75),
    "perioral": ((0, -70, 98), 30, 0.65),
    "forehead": ((22, 52, 88), 30, 0.45),
    "cheek": ((50, -30, 66), 28, 0.5),
    "jaw": ((46, -82, 52), 26, 0.4),
    "nose": ((0, -30, 112), 17, 0.3),
    "temple": ((66, 28, 42), 22, 0.3),
    "ear": ((76, -14, -6), 30, 0.25),
    "hairline": ((30, 74, 78), 20, 0.25),
}


@dataclass(frozen=True)
class Vitiligo:
    """The patient's vitiligo. extent: share of facial skin at baseline; amount: 0 baseline, 1 repigmented.

    blur: half width of the border in field units (0.02 sharp, 0.16 gradual).
    trichrome, confetti: strength of an intermediate zone and of specks beyond the border, 0 to 1.
    """

    seed: int
    extent: float
    kind: Kind
    side: int
    blur: float
    trichrome: float
    confetti: float
    amount: float = 0.0

    @classmethod
    def from_seed(cls, seed: int, *, extent: float, kind: Kind = "bilateral") -> Self:
        """Draw a pattern. Raises ValueError for an extent outside 0 to 1 or an unknown kind."""
        if not 0 <= extent <= 1:
            raise ValueError(f"extent is a share of the face, 0 to 1, not {extent}")
        if kind not in ("bilateral", "segmental", "none"):
            raise ValueError(f"unknown kind of vitiligo: {kind}")
        draw = np.random.default_rng((seed, 5))
        return cls(
            seed=seed,
            extent=extent if kind != "none" else 0.0,
            kind=kind,
            side=1 if draw.random() < 0.5 else -1,
            blur=float(np.exp(draw.uniform(np.log(0.015), np.log(0.13)))),
            trichrome=float(draw.random() < 0.25) * float(draw.uniform(0.3, 0.8)),
            confetti=float(draw.random() < 0.4) * float(draw.uniform(0.3, 1)),
        )

    def repigmented(self, amount: float) -> Self:
        """The same vitiligo after treatment: 0 as at baseline, 1 all pigment back; a relapse is less.

        Raises ValueError outside 0 to 1.
        """
        if not 0 <= amount <= 1:
            raise ValueError(f"amount is 0 to 1, not {amount}")
        return replace(self, amount=amount)

    def loss(self, canonical: Array) -> Array:
        """Pigment loss 0 (none) to 1 (complete), (...), at canonical points (..., 3) mm."""
        if self.extent <= 0 or self.amount >= 1:
            return np.zeros(canonical.shape[:-1], np.float32)
        loss = self._lost(_field(self, canonical), canonical)
        touched = loss > 0
        if self.amount > 0 and touched.any():
            loss[touched] *= 1 - self._islands(canonical[touched])
        return loss

    def _lost(self, field: Array, points: Array) -> Array:
        level = _threshold(replace(self, amount=0.0), self.extent * (1 - self.amount) ** MARGIN_SHARE)
        loss = smoothstep(level - self.blur, level + self.blur, field)
        if self.trichrome:
            loss = np.maximum(loss, 0.42 * self.trichrome * smoothstep(level - 0.2, level - 0.08, field))
        if self.confetti:
            zone = smoothstep(level - 0.34, level - 0.1, field)
            near = zone > 0.05
            loss[near] = np.maximum(loss[near], self._specks(points[near], zone[near]))
        return loss.astype(np.float32)

    def _specks(self, points: Array, zone: Array) -> Array:
        """Confetti: round specks of pigment loss beyond the border, thinning out with distance."""
        distance, number = nearest_seed(points, 4.6, self.seed * 3 + 5)
        radius = 0.45 + 1.5 * number**2
        chosen = np.mod(number * 7.31, 1) < self.confetti * 0.8 * zone
        return smoothstep(0.45, -0.45, distance - radius) * chosen

    def _islands(self, points: Array) -> Array:
        """Share of pigment that has come back around hair follicles."""
        distance, number = nearest_seed(points, FOLLICLES, self.seed * 3 + 7)
        # Spheres of radius r, one a cell, leave exp(-4/3 pi (r/cell)^3) of the skin between them uncovered;
        # this radius leaves (1 - amount)^(1 - MARGIN_SHARE), what the margin's retreat does not account for.
        filled = -(1 - MARGIN_SHARE) * np.log(1 - self.amount)
        radius = FOLLICLES * np.cbrt(filled * 3 / (4 * np.pi)) * (0.8 + 0.4 * number)
        return np.asarray(smoothstep(0.5, -0.5, distance - radius) * (radius > 0.2))


def _field(vitiligo: Vitiligo, points: Array) -> Array:
    """Readiness to depigment, about 0 to 1.5 within the affected sites, falling with distance."""
    draw = np.random.default_rng((vitiligo.seed, 6))
    side = points[..., 0]
    mirrored = np.concatenate([np.abs(side)[..., None], points[..., 1:]], -1)
    field: Array = np.full(side.shape, -3, np.float32)
    chosen = [name for name, site in SITES.items() if draw.random() < site[2]] or ["periocular", "perioral"]
    for name in chosen:
        centre, reach, _ = SITES[name]
        middle = np.array(centre) + draw.normal(0, 3.5, 3) * [centre[0] > 0, 1, 0.3]
        stretch = np.exp(draw.normal(0, 0.2, 3))
        wide = reach * draw.uniform(0.7, 1.25)
        scaled = (mirrored - middle.astype(np.float32)) * stretch.astype(np.float32)
        weight = draw.uniform(0.85, 1.1)
        away = np.sqrt(np.einsum("...c,...c->...", scaled, scaled))
        field = np.maximum(field, weight - away / (2 * wide))
    shared = fractal_noise(mirrored, 26, vitiligo.seed * 3 + 1, 5)
    own = fractal_noise(points, 20, vitiligo.seed * 3 + 2, 3)
    field = field + 0.36 * shared + 0.13 * own
    if vitiligo.kind == "segmental":
        wander = 2.5 * value_noise(points, 14, vitiligo.seed * 3 + 3)
        field = field - 2 * smoothstep(1.5, -1.5, side * vitiligo.side + wander)
    return field.astype(np.float32)


@lru_cache(maxsize=1)
def _reference_face() -> tuple[Array, Array]:
    """Points of the average face, (N, 3), and the skin area of each, summing to 1."""
    head = sculpt_head(Person.from_seed(0, phototype=3, sex="female", age=30), Expression(), 192)
    surface = head.canonical
    across, down = np.gradient(surface, axis=1), np.gradient(surface, axis=0)
    area = np.linalg.norm(np.cross(across, down), axis=-1)
    inside = (head.rows < JAW_ROW) & (surface[..., 1] < 66) & (np.abs(head.longitude) < np.deg2rad(78))
    inside &= head.eye < 0
    return surface[inside], area[inside] / area[inside].sum()


@lru_cache(maxsize=64)
def _ranked_field(vitiligo: Vitiligo) -> tuple[Array, Array]:
    points, area = _reference_face()
    field = _field(vitiligo, points)
    order = np.argsort(-field)
    return field[order], np.cumsum(area[order])


def _threshold(vitiligo: Vitiligo, share: float) -> float:
    """The field value over which `share` of the average face lies."""
    field, covered = _ranked_field(vitiligo)
    return float(np.interp(share, covered, field))
