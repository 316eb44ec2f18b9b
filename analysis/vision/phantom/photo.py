"""Take a picture of a phantom: geometry, light, sensor and exact truth."""

import numpy as np

from analysis.vision.phantom.atlas import Atlas, Part, build_atlas
from analysis.vision.phantom.comb import comb, lookup
from analysis.vision.phantom.light import illuminate
from analysis.vision.phantom.look import LOOKS
from analysis.vision.phantom.paint import Paint, paint_atlas
from analysis.vision.phantom.person import Person
from analysis.vision.phantom.raster import FAR, Camera, blank, draw
from analysis.vision.phantom.scene import Capture, Scene, draw_capture
from analysis.vision.phantom.sensor import develop, draw_background, soften_edges
from analysis.vision.phantom.truth import Photograph, Truth, face_box, landmarks
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.terms import Array

BAND = 96
SATURATED = 0.97


def atlas_size(height: int) -> int:
    """Texels of the atlas that match a picture's height."""
    steps = ((200, 256), (300, 384), (600, 512), (1200, 768), (2200, 1280))
    return next((texels for limit, texels in steps if height <= limit), 1536)


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
    for mesh in atlas.meshes(round(0.65 * size[1])):
        draw(mesh, camera, label, depth)
    picture = draw_background(scene, size, scene.capture_seed)
    masks = np.zeros((size[1], size[0], 3), np.float32)
    for top in range(0, size[1], BAND):
        _shade_band(slice(top, top + BAND), picture, masks, label, depth, paint, scene, capture)
    soften_edges(picture, depth)
    comb(person, scene, capture, atlas, (label, depth), picture, masks)
    truth = _truth(person, atlas, capture, masks)
    return Photograph(develop(picture, scene, capture), truth)


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
    colour, surface, fields = (lookup(part, labels) for part in (paint.colour, paint.surface, paint.masks))
    normal = surface[:, :3] @ capture.camera.rotation.T.astype(np.float32)
    normal /= np.sqrt(np.einsum("nc,nc->n", normal, normal))[:, None] + 1e-6
    place = _places(rows, seen, depth[rows], capture.camera)
    lit = illuminate(place, normal, colour[:, 3], look, capture, fields[:, 3])
    shine = surface[:, 3] * (look.shine * lit.shine + 6.0 * scene.glare**1.5 * lit.glare * (look.shine > 0))
    shine = shine + fields[:, 2] * lit.wet * (look.shine > 0)
    result = colour[:, :3] * lit.diffuse[:, None] + shine[:, None]
    picture[rows][seen] = result
    face = fields[:, 0] * (labels[:, 2] < Part.EAR + 0.5)
    masks[rows][seen] = np.stack([face, fields[:, 1], result.min(1)], -1)


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
