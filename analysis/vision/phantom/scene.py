"""One press of the shutter: view, light, pose and small mishaps."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.vision.phantom.head import Expression
from analysis.vision.phantom.raster import Camera
from analysis.vision.terms import Modality, View

Background = Literal["booth", "plain", "room"]


@dataclass(frozen=True)
class Scene:
    """How the picture is taken.

    capture_seed moves pose, distance, light, focus and noise as between two pictures of one sitting.
    glare: 0 none to 1 large saturated highlights. sunscreen: 0 none to 1 whole face, dark under UV.
    yaw, pitch: degrees, instead of the drawn ones. jitter: scales all drawn departures (0: none).
    defocus: extra blur in thousandths of the picture's height.
    """

    view: View
    modality: Modality
    capture_seed: int
    glare: float = 0.3
    sunscreen: float = 0.0
    background: Background = "booth"
    yaw: float | None = None
    pitch: float | None = None
    jitter: float = 1.0
    defocus: float = 0.0
    eyes_closed: bool | None = None

    def __post_init__(self) -> None:
        if self.modality is Modality.DERMOSCOPY:
            raise ValueError("the phantom has a head, not a dermoscope")
        if not 0 <= self.glare <= 1 or not 0 <= self.sunscreen <= 1:
            raise ValueError("glare and sunscreen are 0 to 1")


@dataclass(frozen=True)
class Capture:
    """What the capture seed drew."""

    camera: Camera
    expression: Expression
    gaze: tuple[float, float]
    key_side: float
    exposure: float
    blur: float
    noise: float
    noise_seed: int


def draw_capture(scene: Scene, size: tuple[int, int]) -> Capture:
    """Draw pose, expression, light and sensor of one capture. size: (width, height)."""
    draw = np.random.default_rng((scene.capture_seed, 7))
    loose = scene.jitter
    turned = float(np.clip(draw.normal(56, 9 * loose), 44, 90))
    front = float(draw.normal(0, 2.5 * loose))
    yaw = {View.LEFT: -turned, View.RIGHT: turned, View.FRONT: front}[scene.view]
    pitch = float(draw.normal(0, 3 * loose))
    camera = Camera(
        width=size[0],
        height=size[1],
        yaw=yaw if scene.yaw is None else scene.yaw,
        pitch=pitch if scene.pitch is None else scene.pitch,
        roll=float(draw.normal(0, 2 * loose)),
        distance=float(draw.normal(1150, 45 * loose)),
        focal=float(3.05 * min(1.0, 1.42 * size[0] / size[1])),
        offset=(0.5 + float(draw.normal(0, 0.015 * loose)), 0.455 + float(draw.normal(0, 0.012 * loose))),
    )
    closed = draw.random() < (0.35 if scene.modality != Modality.VISIBLE else 0.1)
    if scene.eyes_closed is not None:
        closed = scene.eyes_closed
    return Capture(
        camera=camera,
        expression=Expression(
            lids=0.0 if closed else float(np.clip(draw.normal(0.9, 0.1 * loose), 0.6, 1.15)),
            smile=float(draw.normal(0, 0.22 * loose)),
            brows=float(draw.normal(0, 0.3 * loose)),
        ),
        gaze=(float(draw.normal(0, 4 * loose)), float(draw.normal(0, 3 * loose))),
        key_side=float(draw.normal(0, 0.35 * loose)),
        exposure=float(np.exp(draw.normal(0, 0.05 * loose))),
        blur=float(0.45 + np.abs(draw.normal(0, 0.35 * loose))) + scene.defocus,
        noise=float(draw.uniform(0.6, 1.4)),
        noise_seed=int(draw.integers(2**31)),
    )
