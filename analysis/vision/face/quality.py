"""Quality findings: what was measured about a photo, against which limits, and the verdict.

What the detection alone tells (number, size and direction of faces) is judged first, then what the pixels
inside the face mask tell (colours, focus, exposure, glare), and what only a face from the front shows (tilt,
cover, glasses). Pixels are judged at a fixed scale, so that a 12 megapixel photo and a small one meet the
same limits. Limits are for clinic photographs under UV as well as visible light: UV pictures of dark skin are
dark by nature, and only pictures without information are refused.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from analysis.vision.face.blur import blur_effect
from analysis.vision.face.cover import hidden_share
from analysis.vision.face.crop import MARGIN, Box, Crop
from analysis.vision.face.detection import Detection
from analysis.vision.face.glasses import frame_strength
from analysis.vision.face.light import face_colours, foreign_share, warmth
from analysis.vision.face.reasons import Reason
from analysis.vision.face.tilt import tilt_of
from analysis.vision.findings import Finding, Limits, Verdict
from analysis.vision.terms import Image, Mask, Modality, View

FACE_SCORE = Limits(warn=0.8, fail=0.5)
"""The detector's certainty. The surest detection in 692 pictures of real faces was never below 0.88."""
FACE_SIZE = Limits(warn=200, fail=64)
"""Longer side of the face box in pixels. At 64, half a percent of the face is about 15 pixels."""
OTHER_FACE = Limits(warn=0.4, fail=0.75)
"""Longer side of the second face, as a share of the first's."""
SURE_FACE = 0.8
"""A second face below this score may be a fold of cloth and is not held against the photo."""
OFF_VIEW = Limits(warn=5, fail=15)
"""Degrees beyond the range of the view. Of two swapped views each fails; the estimate errs by about 10."""
RANGES: dict[View, tuple[float, float]] = {
    View.LEFT: (-100, -25),
    View.FRONT: (-20, 20),
    View.RIGHT: (25, 100),
}
"""Yaw in degrees. The patient's left cheek is seen when the face turns to the picture's left."""

OUTLINE = Limits(warn=0.35, fail=0.2)
"""Area of the face mask as a share of the box. A mask much smaller than the box is a failed mask."""
BLUR = Limits(warn=0.74, fail=0.82)
"""Blur effect, 0 (sharp) to 1. Real photos in focus read 0.4 to 0.7, bright or dark; blurred by a Gaussian of
2 of the 256 pixels up to 0.79, of 4 pixels up to 0.89."""
DARK = Limits(warn=30, fail=14)
"""95th percentile of brightness in the face, 0 to 255: UV, or unknown light."""
DARK_VISIBLE = Limits(warn=60, fail=25)
"""The same in visible light."""
BRIGHT = Limits(warn=200, fail=235)
"""Median brightness in the face, 0 to 255."""
GLARE = Limits(warn=0.03, fail=0.25)
"""Share of the face under glare. Bright lesions burn out too: alone they reach 0.02 on phantoms and reached
0.06 on one of 27 real faces. A phantom's visit with strong highlights reads 0.05 in each view."""

TILT = Limits(warn=15, fail=None)
"""Degrees. Of 135 upright real faces and phantoms one reads more; turned by 20 degrees, 128 of 137 do."""
HIDDEN = Limits(warn=0.10, fail=0.45)
"""Share of the middle of the face. On `faces_parsing` 33 of 45 with more than a tenth under hair or a hat
warn, and none of 191 with less than 0.03; one of 24 phantoms does, with a long fringe. Hands are seen as far
as the mask leaves them out."""
FRAME = Limits(warn=0.12, fail=None)
"""Strength of the lines of a frame. On `faces_parsing` 10 of 17 people with glasses warn (rimless pairs do
not), and none of 323 without."""
WARMTH_UV = Limits(warn=0.15, fail=None)
"""Octaves of red over blue in a photo filed under ultraviolet light: phantoms read -1.03 to -0.28, 98 % of
real faces in visible light more than 0.2. It never fails: no photo of a patient under ultraviolet light was
there to look at, and a camera that renders it warm cannot be excluded."""
WARMTH_VISIBLE = Limits(warn=0.15, fail=-0.15)
"""The same in a photo filed under visible light. 2 % of the real faces, grey or under coloured lamps, are
below the first limit."""
FOREIGN = Limits(warn=0.25, fail=0.5)
"""Share of the face in colours that no skin has: 0 on phantoms under every light, more than 0.5 on 3 of 466
real faces (stage lights), and 1 in false colours."""
FRONTAL = 20
"""Degrees of yaw up to which a face counts as its own mirror image."""
FRONTAL_EYES = 35
"""Degrees of yaw up to which both sides of a frame are seen."""

FACE_SCALE = 256
"""Pixels are judged with the longer side of the face this long, or as it is when it is shorter."""

VISIBLE = frozenset({Modality.VISIBLE, Modality.CROSS_POLARISED})
EVALUATED = frozenset(Modality) - {Modality.DERMOSCOPY}
"""The lights under which the releases were evaluated on faces, real or phantom."""


def judge_light(modality: Modality | None) -> list[Finding]:
    """A refusal for a light that nobody evaluated; nothing else can be said without looking."""
    known = modality is None or modality in EVALUATED
    return [] if known else [Finding(Reason.UNKNOWN_LIGHT, Verdict.FAIL, 1, 0, "lights", 0)]


def judge_detections(detections: Sequence[Detection], yaw: float, view: View | None) -> list[Finding]:
    """Findings on number, size and direction of the faces.

    The measured face comes first and has the given yaw in degrees, positive when it turns to the picture's
    right. Without a view its direction is not judged. No detection is a finding too, the only one.
    """
    score = FACE_SCORE.judge(Reason.NO_FACE, detections[0].score if detections else 0.0, "ratio")
    if not detections:
        return [score]
    main = max(detections[0].size)
    others = [max(d.size) for d in detections[1:] if d.score >= SURE_FACE]
    findings = [
        score,
        FACE_SIZE.judge(Reason.FACE_TOO_SMALL, main, "px"),
        OTHER_FACE.judge(Reason.SEVERAL_FACES, max(others, default=0.0) / main, "share"),
    ]
    if view is not None:
        low, high = RANGES[view]
        findings.append(OFF_VIEW.judge(Reason.WRONG_VIEW, max(low - yaw, yaw - high, 0), "degrees"))
    return findings


def judge_outline(face: Mask, box: Box) -> Finding:
    """Whether the face mask (H, W) covers the face box it was made for."""
    x0, y0, x1, y1 = box
    return OUTLINE.judge(Reason.FACE_NOT_OUTLINED, np.count_nonzero(face) / ((x1 - x0) * (y1 - y0)), "share")


def judge_front(image: Image, face: Mask, found: Detection, yaw: float) -> list[Finding]:
    """Findings on tilt, cover and glasses of a face (mask (H, W)) that looks at the camera.

    A face in profile gives none, and neither does a tilt or a frame that cannot be told.
    """
    findings = []
    if abs(yaw) <= FRONTAL and (tilt := tilt_of(image, found.box)) is not None:
        findings.append(TILT.judge(Reason.TILTED, abs(tilt), "degrees"))
    if abs(yaw) <= FRONTAL:
        findings.append(HIDDEN.judge(Reason.COVERED, hidden_share(face, found.box), "share"))
    crop = Crop.around(found.box, margin=MARGIN)
    if abs(yaw) <= FRONTAL_EYES and (frame := frame_strength(image, crop, found.landmarks)) is not None:
        findings.append(FRAME.judge(Reason.GLASSES, frame, "contrast"))
    return findings


def judge_colours(image: Image, face: Mask, box: Box, modality: Modality | None) -> list[Finding]:
    """Whether the colours inside the face are those of skin, and of skin under the light it was filed under.

    Image and mask on the photo's grid. None where too little of the face has a colour: it is too dark or
    burnt out, which other findings say.
    """
    colours = face_colours(image, face, Crop.around(box, margin=MARGIN))
    if colours is None:
        return []
    findings = [FOREIGN.judge(Reason.NOT_SKIN, foreign_share(colours), "share")]
    if modality is not None:
        limits = WARMTH_VISIBLE if modality in VISIBLE else WARMTH_UV
        findings.append(limits.judge(Reason.OTHER_LIGHT, warmth(colours), "octaves"))
    return findings


def judge_pixels(image: Image, face: Mask, glare: Mask, box: Box, modality: Modality | None) -> list[Finding]:
    """Findings on focus, exposure and glare inside the face; image and masks on the photo's grid.

    An empty face mask gives none: there is nothing to judge.
    """
    n_face = np.count_nonzero(face)
    if n_face == 0:
        return []
    crop = Crop.around(box, margin=MARGIN)
    size = min(crop.side, round(FACE_SCALE * (1 + 2 * MARGIN)))
    grey = crop.sample_grey(image, size)
    inside = crop.sample_mask(face, size)
    levels = grey[inside > 0]
    dark = DARK_VISIBLE if modality in VISIBLE else DARK
    return [
        BLUR.judge(Reason.BLURRED, blur_effect(grey, inside), "ratio"),
        dark.judge(Reason.TOO_DARK, float(np.percentile(levels, 95)), "level"),
        BRIGHT.judge(Reason.TOO_BRIGHT, float(np.median(levels)), "level"),
        GLARE.judge(Reason.GLARE, np.count_nonzero(glare) / n_face, "share"),
    ]


def refusal(findings: Iterable[Finding]) -> Reason | None:
    """The reason of the first finding that fails, if one does."""
    return next((Reason(f.code) for f in findings if f.verdict is Verdict.FAIL), None)
