"""Pictures of how masks compare: matches green, false alarms red, misses blue."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from analysis.vision.terms import Image, Mask

MATCH, FALSE_ALARM, MISS, UNDECIDED = (0, 200, 80), (235, 40, 40), (60, 110, 255), (128, 128, 128)
CAPTION_HEIGHT = 16


def compared(
    image: Image, predicted: Mask, truth: Mask, known: Mask | None = None, *, weight: float = 0.5
) -> Image:
    """The picture (H, W, 3) tinted by agreement of two masks (H, W); what is not `known` turns grey."""
    colours = np.zeros_like(image)
    colours[(predicted == 1) & (truth == 1)] = MATCH
    colours[(predicted == 1) & (truth == 0)] = FALSE_ALARM
    colours[(predicted == 0) & (truth == 1)] = MISS
    if known is not None:
        colours[known == 0] = UNDECIDED
    touched = colours.any(axis=2, keepdims=True)
    mixed = (1 - weight) * image + weight * colours
    return np.where(touched, mixed, image).astype(np.uint8)


def beside(left: Image, right: Image) -> Image:
    """Two pictures of one height next to each other."""
    return np.hstack([left, right])


def write_sheet(
    path: Path,
    pictures: Sequence[tuple[str, Image]],
    *,
    columns: int = 6,
    cell: int = 220,
    height: int | None = None,
) -> None:
    """Write captioned pictures as one PNG, each fitted into a `cell` that is square or has a `height`.

    Raises ValueError for no pictures.
    """
    if not pictures:
        raise ValueError("A sheet needs at least one picture.")
    width = min(columns, len(pictures))
    cells = [_cell(caption, picture, cell, height or cell) for caption, picture in pictures]
    blank = np.zeros_like(cells[0])
    cells += [blank] * (-len(cells) % width)
    rows = [np.hstack(cells[start : start + width]) for start in range(0, len(cells), width)]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), np.vstack(rows)[:, :, ::-1]):
        raise OSError(f"{path} could not be written")


def _cell(caption: str, picture: Image, width: int, height: int) -> Image:
    scale = min(width / picture.shape[1], height / picture.shape[0])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    fitted = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    cell = np.zeros((height + CAPTION_HEIGHT, width, 3), np.uint8)
    cell[CAPTION_HEIGHT : CAPTION_HEIGHT + size[1], : size[0]] = fitted
    cv2.putText(cell, caption, (2, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (255, 255, 255), 1, cv2.LINE_AA)
    return cell
