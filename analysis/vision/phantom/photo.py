"""Take a picture of a phantom: geometry, light, sensor and exact truth."""

import cv2
import numpy as np

from analysis.vision.phantom.atlas import Atlas, Part, build_atlas
from analysis.vision.phantom.hair import Hairs, grow_hair
from analysis.vision.phantom.light import illuminate
from analysis.vision.phantom.look import LOOKS, hair_colour
from analysis.vision.phantom.noise import smoothstep
from analysis.vision.phantom.paint import Paint, paint_atlas
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.raster import FAR, Camera, blank, draw
from analysis.vision.phantom.scene import Capture, Scene, draw_capture
from analysis.vision.phantom.sensor import develop, draw_background
from analysis.vision.phantom.truth import Photograph, Truth, face_box, landmarks
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.terms import Array

BAND = 96
SATURATED = 0.97


def atlas_size(height: int) -> int:
    """Texels of the atlas that match a picture's height."""
    steps = ((600, 512), (1200, 768), (2200, 1280))
    return next((texels for limit, texels in steps if height <= limit), 2048)


def take_photo(person: Person, vitiligo: Vitiligo, scene: Scene, *, size: tuple[int, int]) -> Photograph:
    """Photograph a phantom.

    size: (width, height) in pixels, at least 64 each. Returns an RGB picture with its exact truth; the same
    arguments give the same bytes. Raises ValueError for a smaller size.
    """
    if min(size) < 64:
        raise ValueError(f"a picture is at least 64 pixels wide and high, not {size}")
    capture = draw_capture(scene, size)
    camera = capture.camera
    atlas = build_atlas(person, capture.expression, atlas_size(size[1]), person.seed)
    paint = paint_atlas(person, vitiligo, scene, capture, atlas)
    label, depth = blank(camera)
    for mesh in atlas.meshes():
        draw(mesh, camera, label, depth)
    picture = draw_background(scene, size, scene.capture_seed)
    masks = np.zeros((size[1], size[0], 3), np.float32)
    for top in range(0, size[1], BAND):
        _shade_band(slice(top, top + BAND), picture, masks, label, depth, paint, scene, capture)
    hairs = grow_hair(person, atlas)
    _comb(hairs, person, scene, capture, camera, depth, picture, masks)
    truth = _truth(person, atlas, capture, masks)
    return Photograph(develop(picture, scene, capture), truth)


def _lookup(atlas_picture: Array, label: Array) -> Array:
    """Values of an atlas picture at labels (N, 3)."""
    column = np.ascontiguousarray(label[:, 0])[None]
    row = np.ascontiguousarray(label[:, 1])[None]
    out = [
        cv2.remap(atlas_picture, column[:, i : i + 30000], row[:, i : i + 30000], cv2.INTER_LINEAR)
        for i in range(0, column.shape[1], 30000)
    ]
    return np.concatenate(out, 1)[0]


def _places(rows: slice, seen: Array, depth: Array, camera: Camera) -> Array:
    """Camera coordinates (N, 3) in mm of the pixels `seen` (h, W) of a band."""
    down, across = np.nonzero(seen)
    away = depth[seen]
    scale = away / (camera.focal * camera.height)
    x = (across + 0.5 - camera.width / 2) * scale
    y = (camera.height / 2 - (down + rows.start) - 0.5) * scale
    return np.stack([x, y, -away], -1).astype(np.float32)


def _shade_band(
    rows: slice,
    picture: Array,
    masks: Array,
    label: Array,
    depth: Array,
    paint: Paint,
    scene: Scene,
    capture: Capture,
) -> None:
    """Shade the pixels of some rows. masks: face, loss and glare are written."""
    seen = depth[rows] < FAR
    if not seen.any():
        return
    look = LOOKS[scene.modality]
    labels = label[rows][seen]
    colour, surface, fields = (_lookup(part, labels) for part in (paint.colour, paint.surface, paint.masks))
    normal = surface[:, :3] @ capture.camera.rotation.T.astype(np.float32)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    place = _places(rows, seen, depth[rows], capture.camera)
    lit = illuminate(place, normal, colour[:, 3], look, capture)
    oil = surface[:, 3]
    shine = look.shine * oil * lit.shine + (1.6 * scene.glare**1.5) * oil * lit.glare * (look.shine > 0)
    body = np.where(fields[:, 3] > 0.5, 0.0, shine)
    result = colour[:, :3] * lit.diffuse[:, None] + body[:, None]
    picture[rows][seen] = result
    face = fields[:, 0] * (labels[:, 2] < Part.EAR + 0.5)
    masks[rows][seen] = np.stack([face, fields[:, 1], result.min(1)], -1)


def _comb(
    hairs: Hairs,
    person: Person,
    scene: Scene,
    capture: Capture,
    camera: Camera,
    depth: Array,
    picture: Array,
    masks: Array,
) -> None:
    """Lay the hair shells over the picture, scalp outwards, and take covered pixels from the face."""
    look = LOOKS[scene.modality]
    tone = hair_colour(person, scene.modality)
    maps = np.dstack([hairs.cover, hairs.strand])
    maps = np.ascontiguousarray(np.dstack([maps, hairs.normal])[..., [0, 1, 2, 3, 4]])
    for shell in hairs.shells:
        label, near = np.full_like(picture, -1), depth.copy()
        draw(shell.mesh, camera, label, near)
        for top in range(0, camera.height, BAND):
            rows = slice(top, top + BAND)
            seen = near[rows] < depth[rows]
            if not seen.any():
                continue
            labels = label[rows][seen]
            found = _lookup(np.ascontiguousarray(maps[..., :4]), labels)
            cover, strand = found[:, 0], found[:, 1]
            cut = strand - 0.62 * shell.level + 0.30
            alpha = (cover * smoothstep(-0.12, 0.2, cut + 0.5 * (cover - 1)))[:, None]
            place = _places(rows, seen, near[rows], camera)
            normal = _lookup(np.ascontiguousarray(hairs.normal), labels) @ camera.rotation.T.astype(
                np.float32
            )
            normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
            lit = illuminate(place, normal, np.full(len(place), 0.9, np.float32), look, capture)
            depth_tone = (0.35 + 0.65 * shell.level) * (0.45 + 1.1 * strand)
            gloss = 0.35 * look.shine * lit.shine * strand**2
            colour = tone * (lit.diffuse * depth_tone)[:, None] + gloss[:, None] * (0.15 + tone)
            picture[rows][seen] = picture[rows][seen] * (1 - alpha) + colour * alpha
            masks[rows][seen] = masks[rows][seen] * (1 - alpha)


def _truth(person: Person, atlas: Atlas, capture: Capture, masks: Array) -> Truth:
    camera = capture.camera
    face = (masks[..., 0] >= 0.5).astype(np.uint8)
    vitiligo = ((masks[..., 1] >= 0.5) & (face == 1)).astype(np.uint8)
    glare = ((masks[..., 2] >= SATURATED) & (face == 1)).astype(np.uint8)
    return Truth(
        box=face_box(face),
        landmarks=landmarks(person, atlas, capture.expression, camera),
        face=face,
        vitiligo=vitiligo,
        glare=glare,
        yaw=camera.yaw,
        pitch=camera.pitch,
        roll=camera.roll,
    )
