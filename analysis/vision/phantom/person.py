"""Who sits before the camera: the measures, the skin and the hair of one made-up person."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

HairStyle = Literal["bald", "receding", "short", "crop", "fringe", "long"]
HAIR_STYLES: tuple[HairStyle, ...] = ("bald", "receding", "short", "crop", "fringe", "long")


@dataclass(frozen=True)
class Shape:
    """Millimetres and factors by which this head departs from the average one."""

    width: float
    length: float
    upper: float
    lower: float
    jaw: float
    chin: float
    cheek: float
    brow: float
    fullness: float
    nose_height: float
    nose_length: float
    nose_width: float
    bridge: float
    hump: float
    tip: float
    lip: float
    mouth: float
    eye_gap: float
    eye_size: float
    eye_tilt: float
    lid_fold: float
    ear_size: float
    ear_flare: float
    neck: float


@dataclass(frozen=True)
class Skin:
    """Colour and surface of the skin; phototype is Fitzpatrick's, 1 to 6."""

    phototype: int
    melanin: float
    redness: float
    freckles: float
    spots: float
    wrinkles: float
    pores: float
    oil: float


@dataclass(frozen=True)
class Hair:
    """Scalp hair, brows and beard. melanin 0 (white) to 1 (black), red 0 to 1, grey share 0 to 1."""

    style: HairStyle
    melanin: float
    red: float
    grey: float
    thickness: float
    wave: float
    hairline: float
    parting: float
    brow_density: float
    brow_height: float
    beard: float


@dataclass(frozen=True)
class Person:
    """One made-up person. Equal seeds make equal people, in every process and at every picture size."""

    seed: int
    sex: Literal["female", "male"]
    age: float
    shape: Shape
    skin: Skin
    hair: Hair
    iris: tuple[float, float, float]

    @classmethod
    def from_seed(
        cls,
        seed: int,
        *,
        phototype: int | None = None,
        sex: Literal["female", "male"] | None = None,
        age: float | None = None,
    ) -> Self:
        """Draw a person; what is given is kept, the rest is drawn from the seed.

        Raises ValueError for a phototype outside 1 to 6.
        """
        if phototype is not None and not 1 <= phototype <= 6:
            raise ValueError(f"phototype is 1 to 6, not {phototype}")
        draw = np.random.default_rng((seed, 1))
        drawn_type = int(draw.integers(1, 7))
        drawn_sex: Literal["female", "male"] = "female" if draw.random() < 0.5 else "male"
        drawn_age = float(np.clip(draw.gamma(5.0, 8.5) + 8, 14, 82))
        kind = phototype or drawn_type
        who = sex or drawn_sex
        years = drawn_age if age is None else age
        return cls(
            seed=seed,
            sex=who,
            age=years,
            shape=_draw_shape(draw, kind, who),
            skin=_draw_skin(draw, kind, years),
            hair=_draw_hair(draw, kind, who, years),
            iris=_draw_iris(draw, kind),
        )


def _draw_shape(draw: np.random.Generator, kind: int, sex: str) -> Shape:
    """Facial measures loosely follow phototype and sex, with wide overlap."""
    male = 1.0 if sex == "male" else 0.0
    broad = float(np.clip((kind - 2) / 4 + draw.normal(0, 0.25), 0, 1))

    def near(mean: float, spread: float) -> float:
        return float(mean + spread * np.clip(draw.normal(), -2.2, 2.2))

    return Shape(
        width=near(0.97 + 0.04 * male, 0.03),
        length=near(1.0, 0.025),
        upper=near(1.0, 0.025),
        lower=near(0.97 + 0.05 * male, 0.035),
        jaw=near(0.95 + 0.07 * male, 0.05),
        chin=near(1.0 + 1.5 * male, 1.6),
        cheek=near(2.5, 1.6),
        brow=near(1.0 + 2.4 * male, 0.7),
        fullness=near(0.0, 2.6),
        nose_height=near(1.0 - 0.12 * broad, 0.09),
        nose_length=near(1.0, 0.05),
        nose_width=near(0.95 + 0.22 * broad, 0.06),
        bridge=near(0.0 - 3.5 * broad, 1.2),
        hump=near(0.4, 0.9),
        tip=near(0.0, 1.3),
        lip=near(0.95 + 0.35 * broad, 0.15),
        mouth=near(1.0 + 0.04 * broad, 0.05),
        eye_gap=near(31.5, 1.2),
        eye_size=near(1.0, 0.05),
        eye_tilt=near(1.0, 1.1),
        lid_fold=float(np.clip(near(0.7, 0.3), 0, 1.2)),
        ear_size=near(0.97 + 0.06 * male, 0.05),
        ear_flare=near(1.0, 0.18),
        neck=near(0.86 + 0.16 * male, 0.04),
    )


def _draw_skin(draw: np.random.Generator, kind: int, age: float) -> Skin:
    old = float(np.clip((age - 25) / 50, 0, 1))
    base = (0.045, 0.085, 0.15, 0.26, 0.45, 0.72)[kind - 1]
    return Skin(
        phototype=kind,
        melanin=base * float(draw.uniform(0.85, 1.18)),
        redness=float(draw.uniform(0.3, 1.0)),
        freckles=float(draw.beta(1.2, 2.2)) * (1.0, 1.0, 0.8, 0.55, 0.35, 0.2)[kind - 1],
        spots=old * float(draw.uniform(0.2, 1.0)),
        wrinkles=old * float(draw.uniform(0.6, 1.1)),
        pores=float(draw.uniform(0.4, 1.0)),
        oil=float(draw.uniform(0.2, 1.0)),
    )


def _draw_hair(draw: np.random.Generator, kind: int, sex: str, age: float) -> Hair:
    weights = (0.01, 0.03, 0.13, 0.08, 0.25, 0.5) if sex == "female" else (0.12, 0.22, 0.34, 0.22, 0.07, 0.03)
    style: HairStyle = HAIR_STYLES[int(draw.choice(len(HAIR_STYLES), p=weights))]
    dark = float(np.clip(draw.normal((0.45, 0.6, 0.8, 0.93, 0.97, 0.99)[kind - 1], 0.15), 0.12, 1))
    grey = float(np.clip((age - 42) / 38 + draw.normal(0, 0.2), 0, 0.95)) if age > 33 else 0.0
    bearded = sex == "male" and draw.random() < 0.45
    return Hair(
        style=style,
        melanin=dark,
        red=float(draw.beta(1, 3)) if kind <= 2 else float(draw.beta(1, 8)),
        grey=grey,
        thickness=float(draw.uniform(0.7, 1.3)),
        wave=float(draw.uniform(0, 1)),
        hairline=float(draw.normal(0, 5)),
        parting=float(draw.uniform(-30, 30)),
        brow_density=float(draw.uniform(0.45, 1.0)),
        brow_height=float(draw.normal(0, 1.2)),
        beard=float(draw.uniform(0.25, 1.0)) if bearded else (0.12 if sex == "male" else 0.0),
    )


def _draw_iris(draw: np.random.Generator, kind: int) -> tuple[float, float, float]:
    light = ((0.30, 0.42, 0.52), (0.30, 0.36, 0.30), (0.33, 0.24, 0.15))
    brown = ((0.20, 0.11, 0.06), (0.12, 0.065, 0.04))
    return light[int(draw.integers(3))] if kind <= 2 or draw.random() < 0.1 else brown[int(draw.integers(2))]
