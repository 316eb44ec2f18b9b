"""Pictures that are no close-up of skin, drawn: pages, rooms, landscapes, noise, patterns, flat colours."""

from collections.abc import Callable

import cv2
import numpy as np

from analysis.vision.phantom.noise import grid_noise
from analysis.vision.terms import Image

SIZE = (384, 512)
Draw = Callable[[np.random.Generator], Image]


def draw_page(rng: np.random.Generator) -> Image:
    """Print on paper, white or tinted."""
    height, width = SIZE
    page = np.full((height, width, 3), rng.integers(200, 256, 3), np.uint8)
    step = int(rng.integers(12, 34))
    ink = tuple(int(level) for level in rng.integers(0, 90, 3))
    letters = "abcdefghiklmnoprstuvwxyz ,.AEKLMNSTV0123456789"
    for row in range(step, height, step):
        text = "".join(rng.choice(list(letters), int(rng.integers(8, 60))))
        place = int(rng.integers(4, 40)), row
        cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, step / 42, ink, 1, cv2.LINE_AA)
    return page


def draw_room(rng: np.random.Generator) -> Image:
    """Walls, a floor, and boxes of furniture in muted or warm colours."""
    height, width = SIZE
    wall, floor = rng.integers(60, 240, 3), rng.integers(30, 190, 3)
    picture = np.empty((height, width, 3), np.uint8)
    horizon = int(rng.uniform(0.45, 0.8) * height)
    picture[:horizon], picture[horizon:] = wall, floor
    for _ in range(int(rng.integers(4, 14))):
        corner = rng.integers([0, 0], [width, height])
        far = corner + rng.integers([20, 20], [width // 2, height // 2])
        colour = tuple(int(level) for level in rng.integers(10, 245, 3))
        cv2.rectangle(picture, tuple(map(int, corner)), tuple(map(int, far)), colour, -1, cv2.LINE_AA)
    light = 1 + 0.25 * grid_noise(SIZE, (3, 4), int(rng.integers(1 << 30)))
    return _rounded(picture * light[..., None], rng)


def draw_landscape(rng: np.random.Generator) -> Image:
    """Sky over hills of grass, sand, rock or snow, at noon or at sunset."""
    height, width = SIZE
    down = np.linspace(0, 1, height)[:, None, None]
    skies = ((120, 165, 220), (230, 160, 110), (190, 195, 205), (240, 200, 170))
    grounds = ((70, 110, 50), (190, 150, 100), (110, 100, 90), (225, 228, 235), (130, 80, 50))
    sky = np.array(skies[rng.integers(len(skies))]) * (0.75 + 0.35 * down)
    picture = np.broadcast_to(sky, (height, width, 3)).copy()
    for layer in range(int(rng.integers(1, 4))):
        ridge = grid_noise((1, width), (2, 6), int(rng.integers(1 << 30)))[0]
        level = (0.45 + 0.17 * layer + 0.10 * ridge) * height
        rows = np.arange(height)[:, None]
        rough = grid_noise(SIZE, (60, 80), int(rng.integers(1 << 30)))
        fine = grid_noise(SIZE, (190, 250), int(rng.integers(1 << 30)))
        ground = np.array(grounds[rng.integers(len(grounds))]) * (1 - 0.12 * layer)
        texture = ground * (1 + 0.25 * rough + 0.25 * fine)[..., None]
        picture = np.where((rows > level)[..., None], texture, picture)
    return _rounded(picture, rng)


def draw_noise(rng: np.random.Generator) -> Image:
    """Clouds of colour from coarse to single pixels, grey or coloured."""
    cells = float(np.exp(rng.uniform(np.log(4), np.log(380))))
    channels = [grid_noise(SIZE, (cells, cells * 4 / 3), int(rng.integers(1 << 30))) for _ in range(3)]
    if rng.random() < 0.4:
        channels = channels[:1] * 3
    strength = rng.uniform(25, 110)
    return _rounded(rng.uniform(60, 190, 3) + strength * np.dstack(channels), rng)


def draw_pattern(rng: np.random.Generator) -> Image:
    """Stripes, checks or brickwork in two colours."""
    height, width = SIZE
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    turn, step = rng.uniform(0, np.pi), rng.uniform(10, 70)
    along, across = rows * np.cos(turn) + columns * np.sin(turn), columns * np.cos(turn) - rows * np.sin(turn)
    first = (along // step % 2) if rng.random() < 0.5 else ((along // step + across // step) % 2)
    colours = rng.integers(10, 245, (2, 3))
    return _rounded(colours[first.astype(int)].astype(np.float32), rng)


def draw_flat(rng: np.random.Generator) -> Image:
    """One colour that no skin has, with a slope of light: a cloth, a wall, a covered lens."""
    height, width = SIZE
    cold = [rng.integers(0, 110), rng.integers(60, 220), rng.integers(60, 255)]
    colour = np.array(cold if rng.random() < 0.7 else [rng.integers(0, 256)] * 3, np.float32)
    slope = 1 + rng.uniform(-0.4, 0.4) * np.linspace(-1, 1, width)[None, :, None]
    return _rounded(np.broadcast_to(colour * slope, (height, width, 3)), rng)


def draw_shapes(rng: np.random.Generator) -> Image:
    """Discs, such as coins, buttons, fruit, on a table: round and in the middle, as lesions are."""
    height, width = SIZE
    table = np.full((height, width, 3), rng.integers(20, 245, 3), np.float32)
    grain = grid_noise(SIZE, (float(rng.uniform(3, 120)), 8.0), int(rng.integers(1 << 30)))
    picture = table * (1 + rng.uniform(0, 0.3) * grain)[..., None]
    for _ in range(int(rng.integers(1, 7))):
        centre = tuple(int(v) for v in rng.uniform([0.2 * width, 0.2 * height], [0.8 * width, 0.8 * height]))
        colour = tuple(int(level) for level in rng.integers(0, 255, 3))
        cv2.circle(picture, centre, int(rng.uniform(15, 110)), colour, -1, cv2.LINE_AA)
    return _rounded(picture, rng)


DRAWN: dict[str, Draw] = {
    "pages": draw_page,
    "rooms": draw_room,
    "landscapes": draw_landscape,
    "noise": draw_noise,
    "patterns": draw_pattern,
    "flat colours": draw_flat,
    "shapes": draw_shapes,
}


def _rounded(picture: np.ndarray[tuple[int, ...], np.dtype[np.floating]], rng: np.random.Generator) -> Image:
    grain = rng.normal(0, rng.uniform(0, 5), picture.shape)
    return np.clip(picture + grain + 0.5, 0, 255).astype(np.uint8)
