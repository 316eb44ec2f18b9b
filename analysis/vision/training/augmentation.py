"""Chance applied to faces: geometry jointly to picture and truth, camera and lamp to the picture alone."""

from dataclasses import dataclass

from analysis.vision import torchvision_ops  # noqa: F401

# isort: split
# torchvision can only be imported after torchvision_ops.
import cv2
import numpy as np
import torch
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import v2

from analysis.vision.face.crop import Crop
from analysis.vision.terms import Image, Mask
from analysis.vision.training.data import FaceSample
from analysis.vision.training.parts import Part, Parts


@dataclass(frozen=True)
class Cut:
    """A face as a training sees it: picture, parts and vitiligo on one grid (size, size)."""

    image: Image
    parts: Parts
    vitiligo: Mask
    seen: Mask | None = None
    """Where the face mask lets the network see; None where nothing was masked."""


def seed_torch(rng: np.random.Generator) -> None:
    """Let torchvision's transforms draw from the same chance as everything else."""
    torch.manual_seed(int(rng.integers(2**31)))


def cut_face(rng: np.random.Generator, sample: FaceSample, *, size: int, margin: float, jitter: float) -> Cut:
    """The square around a face, as the crop of a detector whose box is off by about `jitter` of its size.

    Returns pictures of (size, size), cut with the same `Crop` that serves.
    """
    x0, y0, x1, y1 = sample.box
    spread = jitter * max(x1 - x0, y1 - y0)
    box = tuple(edge + float(rng.normal(0, spread)) for edge in (x0, y0, x1, y1))
    widened = (min(box[0], x1 - 8), min(box[1], y1 - 8), max(box[2], x0 + 8), max(box[3], y0 + 8))
    return cut_box(sample, widened, size=size, margin=margin)


def cut_box(sample: FaceSample, box: tuple[float, float, float, float], *, size: int, margin: float) -> Cut:
    """The square around `box` (x0, y0, x1, y1), without chance: for validation."""
    crop = Crop.around(box, margin=margin)
    resized = cv2.resize(crop.cut(sample.parts), (size, size), interpolation=cv2.INTER_NEAREST)
    parts = np.asarray(resized, np.uint8)
    vitiligo = np.zeros((size, size), np.uint8)
    if sample.vitiligo is not None:
        vitiligo = crop.sample_mask(sample.vitiligo, size)
    return Cut(crop.sample(sample.image, size), parts, vitiligo)


class JointGeometry:
    """Flip, rotation, scale, shift and shear of picture and truth together (torchvision v2)."""

    def __init__(
        self, *, degrees: float = 20, shift: float = 0.05, scale: tuple[float, float] = (0.8, 1.15)
    ) -> None:
        self.transform = v2.Compose(
            [
                v2.RandomHorizontalFlip(0.5),
                v2.RandomAffine(
                    degrees,
                    translate=(shift, shift),
                    scale=scale,
                    shear=(-6, 6, -6, 6),
                    interpolation=v2.InterpolationMode.BILINEAR,
                ),
            ]
        )

    def __call__(self, cut: Cut) -> Cut:
        """A moved copy; what comes in from outside is black background without vitiligo."""
        picture = tv_tensors.Image(torch.from_numpy(cut.image).permute(2, 0, 1))
        truth = tv_tensors.Mask(torch.from_numpy(np.stack([cut.parts, cut.vitiligo])))
        moved, moved_truth = self.transform(picture, truth)
        parts, vitiligo = moved_truth.numpy()
        return Cut(np.ascontiguousarray(moved.permute(1, 2, 0).numpy()), parts, vitiligo)


@dataclass(frozen=True)
class Camera:
    """How far an unknown camera may be from a good one."""

    gamma: float = 0.25
    cast: float = 0.1
    exposure: float = 0.25
    grey: float = 0.08
    small: float = 0.2
    """Chance of a face of only 80 to 250 pixels."""
    blur: float = 0.2
    noise: float = 0.25
    jpeg: float = 0.25

    def take(self, rng: np.random.Generator, image: Image) -> Image:
        """The picture (H, W, 3) as such a camera would have stored it, on the same grid."""
        image = self._develop(rng, image)
        if rng.random() < self.grey:
            image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
        if rng.random() < self.small:
            image = shrink(image, int(rng.integers(110, 340)))
        if rng.random() < self.blur:
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.8)), np.uint8)
        if rng.random() < self.noise:
            image = _noisy(rng, image)
        if rng.random() < self.jpeg:
            image = compressed(image, int(rng.integers(35, 95)))
        return image

    def _develop(self, rng: np.random.Generator, image: Image) -> Image:
        """Exposure, colour cast and gamma as one table a channel."""
        levels = np.linspace(0, 1, 256)
        gamma = np.exp(rng.normal(0, self.gamma))
        # Brighter only as far as the picture stays below white: what is burnt out shows no lesion.
        brightest = float(np.quantile(image[::4, ::4], 0.98)) / 255
        gain = min(np.exp(rng.normal(-0.1, self.exposure)), 0.97 / max(0.1, brightest**gamma))
        gains = gain * np.exp(rng.normal(0, self.cast, 3))
        curves = np.clip(gains[:, None] * levels[None] ** gamma, 0, 1)
        tables = np.rint(255 * curves).astype(np.uint8)
        return np.stack([tables[channel][image[..., channel]] for channel in range(3)], axis=2)


def shrink(image: Image, side: int) -> Image:
    """The picture with the detail of one that is only `side` pixels wide."""
    height, width = image.shape[:2]
    if side >= width:
        return image
    small = cv2.resize(image, (side, round(side * height / width)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def compressed(image: Image, quality: int) -> Image:
    """The picture after JPEG at `quality`, 1 to 100."""
    done, stored = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"A picture of shape {image.shape} can't be stored as JPEG.")
    decoded = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[:, :, ::-1])


def rough_mask(rng: np.random.Generator, face: Mask) -> Mask:
    """The face mask as a network would have found it: a little too large or too small, in places."""
    side = face.shape[0]
    wobble = rng.standard_normal((6, 6)).astype(np.float32) * 0.012 * side + rng.normal(0, 0.006) * side
    inside = cv2.distanceTransform(face, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - face, cv2.DIST_L2, 3)
    shifted = inside + cv2.resize(wobble, face.shape[::-1], interpolation=cv2.INTER_CUBIC)
    rough: Mask = (shifted > 0).astype(np.uint8)
    return rough


def hide_undecided(image: Image, parts: Parts) -> Image:
    """Undecided pixels as black as everything outside of the face mask."""
    return np.asarray(image * (parts != Part.UNDECIDED)[..., None], np.uint8)


def _noisy(rng: np.random.Generator, image: Image) -> Image:
    grain = torch.randn(image.shape, generator=_generator(rng)).mul_(float(rng.uniform(2, 14)))
    noisy: Tensor = (torch.from_numpy(image) + grain).clamp_(0, 255)
    return np.asarray(noisy.to(torch.uint8).numpy())


def _generator(rng: np.random.Generator) -> torch.Generator:
    return torch.Generator().manual_seed(int(rng.integers(2**31)))
