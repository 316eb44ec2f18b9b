"""The atlas as it looks in one picture: colours, normals and what the masks need, ready to be looked up."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.vision.phantom.atlas import Atlas, Part, Rest, rest_atlas, surface_normals
from analysis.vision.phantom.look import LOOKS, eye_tint, is_ultraviolet, skin_colour
from analysis.vision.phantom.noise import fractal_noise, grid_noise, smoothstep, vector
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.scene import Capture, Scene
from analysis.vision.phantom.shadow import lamp_visibility
from analysis.vision.phantom.skin import eye_maps, skin_maps
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.terms import Array


@dataclass(frozen=True)
class Paint:
    """Atlas pictures of 4 channels: colour and shade; normal and oil; face, loss, eye and top lamp."""

    colour: Array
    surface: Array
    masks: Array


@lru_cache(maxsize=8)
def lesion_map(person: Person, vitiligo: Vitiligo, size: int) -> Array:
    """Pigment loss over the atlas, (H, W)."""
    atlas = rest_atlas(person, size)
    loss = vitiligo.loss(atlas.canonical)
    clothes = next(patch for patch in atlas.patches if patch.part is Part.CLOTHES)
    loss[clothes.window] = 0
    return loss


def sunscreen_map(rest: Rest, amount: float, seed: int) -> Array:
    """Absorbing film over the atlas, 0 to 1: rubbed on in streaks, missed in places."""
    if amount <= 0:
        return np.zeros(rest.canonical.shape[:2], np.float32)
    streaks = fractal_noise(rest.canonical * vector([1, 0.4, 1]), 20, seed + 51, 3)
    return (smoothstep(1.0 - 1.75 * amount, 1.45 - 1.75 * amount, streaks) * (0.85 + 0.15 * streaks)).astype(
        np.float32
    )


def paint_atlas(person: Person, vitiligo: Vitiligo, scene: Scene, capture: Capture, atlas: Atlas) -> Paint:
    """Everything the shading looks up."""
    size = atlas.size
    maps = skin_maps(person, size)
    loss = lesion_map(person, vitiligo, size)
    film = sunscreen_map(rest_atlas(person, size), scene.sunscreen, scene.capture_seed)
    eyes = eye_maps(person, atlas, capture.expression.lids, capture.gaze)
    colour = skin_colour(person, maps, loss, film, scene.modality)
    dark = np.float32(0.08)
    colour = colour * (1 - eyes.lashes[..., None]) + dark * colour * eyes.lashes[..., None]
    eyeball = eyes.colour * eye_tint(scene.modality)
    colour = colour * (1 - eyes.eye[..., None]) + eyeball * eyes.eye[..., None]
    cloth = np.zeros(atlas.shade.shape, np.float32)
    clothes = next(patch for patch in atlas.patches if patch.part is Part.CLOTHES)
    cloth[clothes.window] = 1
    colour[clothes.window] = _cloth(scene, (clothes.height, clothes.width))
    normal = surface_normals(atlas.position[:size] + atlas.normal[:size] * maps.relief[:size, :, None])
    normal = np.concatenate([normal, atlas.normal[size:]])
    oil = maps.oil * (1 - cloth) * (1 - eyes.eye) * (1 - 0.7 * maps.hair)
    visible_loss = loss * (eyes.eye < 0.5) * (maps.hair < 0.6)
    lamp = lamp_visibility(atlas, capture.camera)
    return Paint(
        np.dstack([colour, atlas.shade]).astype(np.float32),
        np.dstack([normal, oil]).astype(np.float32),
        np.dstack([maps.face, visible_loss, eyes.eye, lamp]).astype(np.float32),
    )


def _cloth(scene: Scene, shape: tuple[int, int]) -> Array:
    """Woven cloth; a white one fluoresces under ultraviolet light."""
    draw = np.random.default_rng((scene.capture_seed // 10, 8))
    tones = [
        (0.72, 0.72, 0.72),
        (0.10, 0.11, 0.13),
        (0.16, 0.22, 0.36),
        (0.35, 0.12, 0.13),
        (0.22, 0.30, 0.24),
    ]
    which = int(draw.choice(len(tones), p=[0.4, 0.2, 0.2, 0.1, 0.1]))
    tone = vector(tones[which])
    weave = 1 + 0.10 * grid_noise(shape, (180, 500), 61) + 0.08 * grid_noise(shape, (20, 60), 62)
    if is_ultraviolet(scene.modality):
        glow = LOOKS[scene.modality].clothes * (0.9 if which == 0 else 0.12)
        tone = vector([0.30, 0.38, 0.75]) * np.float32(0.10 + glow)
    return tone * weave[..., None]
