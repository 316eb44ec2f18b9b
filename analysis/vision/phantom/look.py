"""How a surface answers the light of each modality: colours in display values 0 to 1."""

from dataclasses import dataclass

import numpy as np

from analysis.vision.phantom.noise import vector
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.skin import SkinMaps
from analysis.vision.terms import Array, Modality


@dataclass(frozen=True)
class Look:
    """ambient, key: light; shine: strength of highlights; dim: background and clothes; gamma: display curve.

    clothes: gain of fluorescing cloth.
    """

    ambient: float
    key: float
    shine: float
    background: tuple[float, float, float]
    clothes: float
    gamma: float


LOOKS: dict[Modality, Look] = {
    Modality.UV_REFLECTANCE: Look(0.30, 0.80, 0.34, (0.02, 0.022, 0.03), 0.5, 1.0),
    Modality.UV_FLUORESCENCE: Look(0.45, 0.58, 0.06, (0.01, 0.015, 0.03), 1.0, 1.0),
    Modality.WOODS_LAMP: Look(0.40, 0.60, 0.08, (0.012, 0.008, 0.035), 1.1, 1.0),
    Modality.VISIBLE: Look(0.36, 0.66, 0.16, (0.30, 0.33, 0.36), 0.0, 2.2),
    Modality.CROSS_POLARISED: Look(0.42, 0.60, 0.0, (0.16, 0.17, 0.19), 0.0, 2.2),
}
_SKIN_TINT: dict[Modality, tuple[float, float, float]] = {
    Modality.UV_REFLECTANCE: (0.63, 0.68, 0.80),
    Modality.UV_FLUORESCENCE: (0.52, 0.70, 0.82),
    Modality.WOODS_LAMP: (0.56, 0.68, 0.98),
}


def is_ultraviolet(modality: Modality) -> bool:
    """Whether pigment and sunscreen show as under ultraviolet light."""
    return modality in _SKIN_TINT


def lesion_ratio(phototype: int, modality: Modality) -> float:
    """How many times brighter skin is without pigment than with this phototype's, in display values."""
    ratio = (1.75, 1.95, 2.2, 2.5, 2.75, 2.95)[phototype - 1]
    # Under Wood's lamp lesions also fluoresce (see _ultraviolet), so that their pigment's share is smaller.
    return ratio**0.72 if modality is Modality.WOODS_LAMP else ratio


def skin_colour(person: Person, maps: SkinMaps, loss: Array, sunscreen: Array, modality: Modality) -> Array:
    """Colour of the skin over the atlas, (H, W, 3): linear light if visible, display values under UV."""
    if is_ultraviolet(modality):
        return _ultraviolet(person, maps, loss, sunscreen, modality)
    pigment = maps.melanin * (1 + 0.9 * maps.freckle) * (1 - 0.97 * loss)
    blood = maps.blood * (1 - 0.25 * loss)
    absorb = vector([2.7, 3.3, 4.0])
    red = vector([0.10, 0.62, 0.50])
    colour = vector([0.66, 0.47, 0.385]) * np.exp(-pigment[..., None] * absorb - blood[..., None] * red)
    colour = colour * (1 + 0.10 * loss[..., None])
    return _with_hairs(person, colour, maps.hair, modality)


def _ultraviolet(person: Person, maps: SkinMaps, loss: Array, sunscreen: Array, modality: Modality) -> Array:
    depth = np.log(lesion_ratio(person.skin.phototype, modality))
    relative = (1.8 * maps.melanin / person.skin.melanin - 0.8) * (1 + 0.45 * maps.freckle)
    blood = 0.10 * np.clip(maps.blood, 0, 1) + 0.20 * maps.lips
    optical = depth * relative * (1 - loss) + blood + 0.95 * sunscreen
    colour = vector(_SKIN_TINT[modality]) * np.exp(-optical)[..., None]
    if modality is Modality.WOODS_LAMP:
        colour = colour * (vector([0.72, 0.66, 0.86]) + vector([0.28, 0.34, 0.14]) * loss[..., None])
    return _with_hairs(person, colour, maps.hair, modality)


def hair_colour(person: Person, modality: Modality) -> Array:
    """Mean colour of scalp hair, (3,)."""
    hair = person.hair
    if is_ultraviolet(modality):
        tint = vector(_SKIN_TINT[modality])
        return tint * (0.075 + 0.10 * (1 - hair.melanin) + 0.22 * hair.grey)
    pigment = 0.3 + 3.9 * hair.melanin**1.3
    colour = vector([0.62, 0.47, 0.30]) * np.exp(
        -pigment * vector([0.84, 1.0 - 0.1 * hair.red, 1.22 + 0.1 * hair.red])
    )
    return np.asarray(colour * (1 - hair.grey) + vector([0.42, 0.42, 0.43]) * hair.grey)


def _with_hairs(person: Person, colour: Array, cover: Array, modality: Modality) -> Array:
    tone = hair_colour(person, modality) * 0.8
    return colour * (1 - 0.92 * cover[..., None]) + tone * (0.92 * cover[..., None])


def eye_tint(modality: Modality) -> Array:
    """What becomes of the eyeball's colours, (3,) factor: the sclera fluoresces faintly."""
    if modality is Modality.VISIBLE or modality is Modality.CROSS_POLARISED:
        return vector([1, 1, 1])
    return vector(_SKIN_TINT[modality]) * np.float32(0.75)
