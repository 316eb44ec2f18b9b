"""A page of the report about a made-up lesion."""

from __future__ import annotations

from datetime import date
from typing import Any

import cv2
import numpy as np

from reports.pdf.lesion_facts import LesionFinding, LesionMask, LesionOpinion, LesionSheet


def make_sheet(**changes: Any) -> LesionSheet:
    image = np.full((300, 400, 3), (214, 170, 150), np.uint8)
    cv2.ellipse(image, (200, 150), (70, 50), 20, 0, 360, (92, 58, 44), -1)
    masks = []
    for grow in (0, 6):
        mask = np.zeros((300, 400), np.uint8)
        cv2.ellipse(mask, (200, 150), (70 + grow, 50 + grow), 20, 0, 360, 1, -1)
        masks.append(mask)
    facts: dict[str, Any] = {
        "name": "Naevus, left shoulder",
        "taken_on": date(2026, 3, 5),
        "facts": (("Site", "Upper extremity"), ("Light", "Dermoscopy"), ("Scale", "0.020 mm per pixel")),
        "standing": "Draft produced by software lesion_unet-1; not reviewed by a clinician.",
        "image": image,
        "masks": (
            LesionMask(name="U-Net", mask=masks[0], is_picked=True),
            LesionMask(name="DeepLabV3", mask=masks[1]),
        ),
        "agreement": "Agreement of the two masks: Dice 0.93.",
        "opinions": (
            LesionOpinion(name="ResNet-18", probability="0.41 ± 0.03"),
            LesionOpinion(name="EfficientNet-B3 and metadata", probability="0.47 ± 0.05"),
            LesionOpinion(
                name="Both", probability="0.44 ± 0.04", meaning="Indeterminate: needs clinician review"
            ),
        ),
        "description": (("Asymmetry", "0.08"), ("Border", "0.11"), ("Colours", "light brown, dark brown")),
        "findings": (LesionFinding(name="Sharpness", value="41", limit="20", level="passed"),),
        "note": "Brown, symmetric lesion with an even border.",
        "next_step": "What a clinician would consider: dermoscopy by a trained person.",
        "next_step_source": "House rule 7",
        "drafts": ("lesion_unet-1",),
    }
    return LesionSheet(**(facts | changes))
