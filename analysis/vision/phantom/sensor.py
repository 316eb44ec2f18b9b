"""Background, lens and sensor."""

import cv2
import numpy as np

from analysis.vision.phantom.look import LOOKS, is_ultraviolet
from analysis.vision.phantom.noise import grid_noise, vector
from analysis.vision.phantom.scene import Capture, Scene
from analysis.vision.terms import Array, Image

BAND = 256


def draw_background(scene: Scene, size: tuple[int, int], seed: int) -> Array:
    """What is behind the head, (height, width, 3) in the look's own values."""
    width, height = size
    look = LOOKS[scene.modality]
    tone = vector(look.background)
    if scene.background == "plain":
        tone = tone * 0.6 + (0.12 if is_ultraviolet(scene.modality) else 0.28)
    small = (max(8, height // 16), max(8, width // 16))
    wave = 1 + 0.35 * grid_noise(small, (3, 3), seed + 71)
    picture = tone * wave[..., None]
    if scene.background == "room":
        hue = 1 + 0.25 * np.dstack([grid_noise(small, (7, 5), seed + 72 + k) for k in range(3)])
        picture = picture * np.clip(hue, 0.1, None) * (1.5 + grid_noise(small, (9, 7), seed + 80))[..., None]
    return cv2.resize(picture.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def blend_blur(picture: Array, weight: Array, sigma: float) -> None:
    """Blend the picture (H, W, 3) with its blurred self, in place, by weight (H, W), cut to 0 to 1.

    Works on bands of rows, which bounds the memory that a large picture takes.
    """
    margin = 4
    for top in range(0, len(picture), BAND):
        part = np.clip(weight[top : top + BAND], 0, 1)[..., None]
        if not part.any():
            continue
        above = min(margin, top)
        blurred = cv2.GaussianBlur(picture[top - above : top + BAND + margin], (0, 0), sigma)
        rows = picture[top : top + BAND]
        rows += (blurred[above : above + len(rows)] - rows) * part


def soften_edges(picture: Array, depth: Array) -> None:
    """Blend the stair steps where one surface ends before another, in place."""
    near = cv2.erode(depth, np.ones((3, 3), np.uint8))
    edge = (depth - near > 0.012 * near).astype(np.float32)
    blend_blur(picture, 2 * cv2.GaussianBlur(edge, (3, 3), 0.8), 0.9)


def develop(picture: Array, scene: Scene, capture: Capture) -> Image:
    """Lens blur, vignetting, display curve, noise and rounding. picture: (H, W, 3) float32, overwritten."""
    height, width = picture.shape[:2]
    sigma = capture.blur * max(height / 1060, 0.8)
    picture = cv2.GaussianBlur(picture, (0, 0), sigma) if sigma > 0.3 else picture
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    across = np.linspace(-1, 1, width, dtype=np.float32)[None] ** 2
    picture *= (capture.exposure * (1 - 0.10 * (down + 0.6 * across)))[..., None]
    np.clip(picture, 0, 1, out=picture)
    gamma = LOOKS[scene.modality].gamma
    if gamma != 1:
        cv2.pow(picture, 1 / gamma, picture)
    noise = np.random.default_rng((capture.noise_seed, 9))
    for top in range(0, height, BAND):
        rows = picture[top : top + BAND]
        grain = noise.standard_normal(rows.shape, np.float32)
        rows += grain * (0.004 + 0.011 * np.sqrt(rows)) * np.float32(capture.noise)
    return np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)
