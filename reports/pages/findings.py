"""Quality findings in words: what was looked at, what was found, where the limits are, what was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.models import Override, Run
from analysis.run_reasons import SENTENCES

NAMES = {
    "no_face": _("Certainty that it is a face"),
    "several_faces": _("Second face, size beside the first"),
    "face_too_small": _("Size of the face"),
    "wrong_view": _("Turned beyond the view by"),
    "tilted": _("Tilt of the head"),
    "face_not_outlined": _("Outline within the face box"),
    "covered": _("Middle of the face covered"),
    "glasses": _("Lines like those of glasses"),
    "blurred": _("Blur"),
    "too_dark": _("Brightness, light parts"),
    "too_bright": _("Brightness, median"),
    "glare": _("Glare on the face"),
    "other_light": _("Red over blue, for this light"),
    "unknown_light": _("Light not evaluated"),
    "not_skin": _("Colours that are not skin's"),
    "lesion_not_skin": _("Certainty that it is skin seen close up"),
    "lesion_blurred": _("Blur"),
    "lesion_picture_too_small": _("Size of the picture"),
    "lesion_too_dark": _("Brightness of the skin"),
    "lesion_burnt_out": _("Burnt out"),
    "lesion_not_found": _("Lesion found"),
    "lesion_too_small": _("Size of the lesion"),
    "lesion_tone_not_evaluated": _("Skin tone (ITA)"),
}
# Where the sentence of a refusal would say too much of a warning.
ADVICE = {
    "no_face": _("It is not certain that this is a face. Check the photo and its outline."),
    "face_not_outlined": _("The outline may not cover the whole face. Check it before you use the number."),
    "not_skin": _("A part of the face has colours that skin has not. Check lamps and screens nearby."),
}
WORDS = {"pass": _("Passed"), "warn": _("Warning"), "fail": _("Not passed")}
ACCEPTED = _("Accepted")
ICONS = {"pass": "passed", "warn": "warning", "fail": "refused"}
SEVEREST_FIRST = ("fail", "warn", "pass")
ADVICE |= {
    "lesion_not_skin": _("It is not certain that this is skin seen close up. Check the picture."),
    "lesion_blurred": _("The picture is a little soft. A sharper one gives a steadier outline."),
    "lesion_picture_too_small": _("At least 1280 x 720 pixels are advised. Use the camera's original file."),
    "lesion_too_dark": _("The skin is dark in this picture. Check the light of the dermatoscope."),
    "lesion_burnt_out": _("Parts are burnt out. Lower the exposure or turn the polariser."),
    "lesion_too_small": _("The lesion is small in the picture. Move closer or use a higher magnification."),
    "lesion_tone_not_evaluated": _(
        "Few pictures of this skin tone taught the networks. Rely on the examination."
    ),
}
# Results of before the second limit was kept do not tell which way is worse.
FLOORS = {"face_too_small", "face_not_outlined", "too_dark"}


@dataclass(frozen=True)
class Finding:
    """One line of the table; `icon` is the shape of its level, `advice` says what to do."""

    code: str
    name: str
    value: str
    limit: str
    fail_limit: str
    verdict: str
    word: str
    icon: str
    advice: str
    override: Override | None = None

    @property
    def limits(self) -> str:
        """The limit of a warning, and behind a stroke that of a refusal if there is one."""
        return f"{self.limit} / {self.fail_limit}" if self.fail_limit else self.limit

    @property
    def is_open(self) -> bool:
        """Whether it is a warning that a clinician may still accept."""
        return self.verdict == "warn" and self.override is None


def findings_of(run: Run | None) -> list[Finding]:
    """Everything that was judged, the troubles first; what passed keeps the order of the analysis."""
    if run is None:
        return []
    accepted = {override.code: override for override in run.overrides.all()}
    found = [_finding(entry, accepted) for entry in run.quality]
    return sorted(found, key=lambda finding: SEVEREST_FIRST.index(finding.verdict))


def warnings_of(run: Run | None) -> list[str]:
    """What is not passed, in words; a warning that a clinician accepted says so."""
    return [
        gettext("{finding} (accepted)").format(finding=finding.name) if finding.override else finding.name
        for finding in findings_of(run)
        if finding.verdict != "pass"
    ]


def _finding(entry: Mapping[str, Any], accepted: Mapping[str, Override]) -> Finding:
    code, verdict, unit = str(entry["code"]), str(entry["verdict"]), str(entry.get("unit", ""))
    warn, fail = entry["threshold"], entry.get("fail_threshold")
    is_floor = code in FLOORS if fail is None else fail < warn
    override = accepted.get(code)
    return Finding(
        code=code,
        name=str(NAMES.get(code, code.replace("_", " "))),
        value=_amount(entry["value"], unit),
        limit=f"{'≥' if is_floor else '≤'} {_amount(warn, unit)}",
        fail_limit="" if fail is None else _amount(fail, unit),
        verdict=verdict,
        word=str(ACCEPTED if override else WORDS.get(verdict, verdict)),
        icon=ICONS["pass"] if override else ICONS[verdict],
        advice=_advice(code) if verdict == "warn" and not override else "",
        override=override,
    )


def _advice(code: str) -> str:
    return str(ADVICE[code]) if code in ADVICE else gettext(SENTENCES.get(code, ""))


def _amount(value: float, unit: str) -> str:
    match unit:
        case "share":
            percent = 100 * value
            return f"{percent:.0f} %" if percent == 0 or percent >= 9.95 else f"{percent:.1f} %"
        case "degrees":
            return f"{value:.0f}°"
        case "px":
            return f"{value:.0f} px"
        case "ratio" | "contrast" | "octaves" | "probability":
            return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.0f}"
