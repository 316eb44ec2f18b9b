"""Photos with the outlines of their masks: the picture as JPEG, the outlines as lines that stay sharp."""

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reports.charts import Track
from reports.pdf.content import PhotoSheet
from reports.pdf.look import MAT

Outline = NDArray[np.float64]
LONGEST_SIDE = 900
JPEG_QUALITY = 86
FACE_MARGIN = 1.22
"""Size of the window about a face, in sizes of the face."""
FACE_LINE = HexColor("#ffffff")
LESION_LINE = HexColor("#ffb000")
CASING = Color(0, 0, 0, alpha=0.55)


@dataclass(frozen=True, eq=False, slots=True)
class Print:
    """A view made ready to be drawn, once for both layouts."""

    track: Track
    photo: ImageReader | None
    face: list[Outline]
    vitiligo: list[Outline]


def print_of(sheet: PhotoSheet, shape: float) -> Print:
    """The view, cut to the face that was found, for a place whose width is `shape` times its height."""
    if sheet.image is None:
        return Print(sheet.track, None, [], [])
    window = Window(0.0, 0.0, 1.0, 1.0)
    if sheet.face is not None and sheet.face.any():
        window = face_window(sheet.face, shape * sheet.image.shape[0] / sheet.image.shape[1])
    return Print(
        sheet.track,
        as_jpeg(window.cut(sheet.image)),
        [] if sheet.face is None else outlines(window.cut(sheet.face)),
        [] if sheet.vitiligo is None else outlines(window.cut(sheet.vitiligo)),
    )


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture; edges as shares of its width and height."""

    left: float
    top: float
    right: float
    bottom: float

    def cut(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = picture.shape[:2]
        rows = slice(round(self.top * height), round(self.bottom * height))
        columns = slice(round(self.left * width), round(self.right * width))
        return picture[rows, columns]


def face_window(face: NDArray[np.uint8], shape: float) -> Window:
    """The smallest window about the face and a margin whose width is `shape` times its height, in shares.

    Where the picture is too small for it the window ends with the picture.
    """
    rows, columns = np.flatnonzero(face.any(axis=1)), np.flatnonzero(face.any(axis=0))
    top, bottom = rows[0] / face.shape[0], (rows[-1] + 1) / face.shape[0]
    left, right = columns[0] / face.shape[1], (columns[-1] + 1) / face.shape[1]
    height = max(bottom - top, (right - left) / shape) * FACE_MARGIN
    across = _placed((left + right) / 2, height * shape)
    down = _placed((top + bottom) / 2, height)
    return Window(across[0], down[0], across[1], down[1])


def _placed(middle: float, length: float) -> tuple[float, float]:
    """An interval of `length` about `middle`, moved and then cut to lie within 0 and 1."""
    length = min(length, 1.0)
    start = min(max(middle - length / 2, 0.0), 1.0 - length)
    return start, start + length


def as_jpeg(image: NDArray[np.uint8]) -> ImageReader:
    """The picture at printing size. image: (H, W, 3) uint8 RGB."""
    smaller = _shrunk(image, cv2.INTER_AREA)
    stream = BytesIO()
    PillowImage.fromarray(smaller).save(stream, format="JPEG", quality=JPEG_QUALITY)
    stream.seek(0)
    return ImageReader(stream)


def outlines(mask: NDArray[np.uint8]) -> list[Outline]:
    """Closed outlines of a mask, holes included: arrays (n, 2) of x, y as shares of width and height.

    mask: (H, W) uint8 {0, 1}.
    """
    small = _shrunk(mask * np.uint8(255), cv2.INTER_AREA)
    inside = (small >= 128).astype(np.uint8)
    contours, _hierarchy = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    size = np.array([inside.shape[1], inside.shape[0]], dtype=np.float64)
    simple = (cv2.approxPolyDP(contour, 0.6, True).reshape(-1, 2) for contour in contours)
    return [(points + 0.5) / size for points in simple if len(points) > 2]


def _shrunk(picture: NDArray[np.uint8], interpolation: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = LONGEST_SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(picture, size, interpolation=interpolation), dtype=np.uint8)


def draw_photo(
    canvas: Canvas, photo: ImageReader, view: Print, box: tuple[float, float, float, float]
) -> None:
    """Draw into `box` (x, y, width, height in points), whole, on a dark mat: face dashed, vitiligo solid."""
    x, y, width, height = box
    canvas.setFillColor(MAT)
    canvas.rect(x, y, width, height, stroke=0, fill=1)
    columns, rows = photo.getSize()
    scale = min(width / columns, height / rows)
    drawn = (columns * scale, rows * scale)
    left, bottom = x + (width - drawn[0]) / 2, y + (height - drawn[1]) / 2
    canvas.drawImage(photo, left, bottom, *drawn)
    canvas.saveState()
    canvas.setLineJoin(1)
    draw_outlines(canvas, view.face, (left, bottom), drawn, FACE_LINE, 0.7, (3.0, 2.2))
    draw_outlines(canvas, view.vitiligo, (left, bottom), drawn, LESION_LINE, 0.8, ())
    canvas.restoreState()


def draw_outlines(
    canvas: Canvas,
    shapes: list[Outline],
    corner: tuple[float, float],
    size: tuple[float, float],
    colour: Color,
    width: float,
    dash: tuple[float, ...],
) -> None:
    """Lines over a picture of `size` points whose lower left is `corner`, on a dark casing."""
    if not shapes:
        return
    path = canvas.beginPath()
    for shape in shapes:
        points = [(corner[0] + x * size[0], corner[1] + (1 - y) * size[1]) for x, y in shape]
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
    for line, line_width in ((CASING, width + 0.9), (colour, width)):
        canvas.setStrokeColor(line)
        canvas.setLineWidth(line_width)
        canvas.setDash(*([list(dash)] if dash else [[]]))
        canvas.drawPath(path, stroke=1, fill=0)
