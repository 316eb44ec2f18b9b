"""Drawn lesions in the layout of the image sets: dark discs on skin, the malignant ones blue."""

import csv
from pathlib import Path

import cv2
import numpy as np

COLUMNS = ("set", "image", "mask", "label", "age", "sex", "site", "subject", "group")
SETS = {"dermoscopy": 24, "dermoscopy_2017": 16}


def write_sets(folder: Path) -> Path:
    """Forty pictures of (48, 64), every other one malignant, every fifth untraced; two show the same."""
    rng = np.random.default_rng(0)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for name, count in SETS.items():
            for number in range(count):
                table.writerow(_draw(rng, folder, name, number))
        table.writerow(dict.fromkeys(COLUMNS, "") | {"set": "faces_parsing", "image": "none.jpg"})
    first, second = (folder / f"dermoscopy/images/{name}.png" for name in ("L0", "L2"))
    second.write_bytes(first.read_bytes())
    return folder


def _draw(rng: np.random.Generator, folder: Path, name: str, number: int) -> dict[str, object]:
    malignant = number % 2 == 1
    mask = np.zeros((48, 64), np.uint8)
    centre = (int(rng.integers(24, 40)), int(rng.integers(18, 30)))
    cv2.circle(mask, centre, int(rng.integers(8, 14)), 1, -1)
    image = np.full((48, 64, 3), (215, 170, 150), np.uint8)
    image[mask == 1] = (70, 60, 120) if malignant else (120, 70, 50)
    image = np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
    traced = number % 5 != 4
    for part, pixels in (("images", image[:, :, ::-1]), ("masks", mask * 255)):
        (folder / name / part).mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(folder / name / part / f"L{number}.png"), pixels)
    return {
        "set": name,
        "image": f"{name}/images/L{number}.png",
        "mask": f"{name}/masks/L{number}.png" if traced else "",
        "label": "malignant" if malignant else "benign",
        "age": 30 + number if number % 3 else "",
        "sex": "female" if number % 4 == 0 else "",
        "site": "",
        "subject": "",
        "group": "",
    }
