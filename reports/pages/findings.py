"""Quality findings in words: what was looked at, what was found, and where the limit is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from analysis.models import Run

NAMES = {
    "no_face": _("Face found"),
    "several_faces": _("Second face beside the first"),
    "face_too_small": _("Size of the face"),
    "wrong_view": _("Turned beyond the view by"),
    "face_not_outlined": _("Outline within the face box"),
    "blurred": _("Blur"),
    "too_dark": _("Brightness, light parts"),
    "too_bright": _("Brightness, median"),
    "glare": _("Glare on the face"),
}
WORDS = {"pass": _("Passed"), "warn": _("Warning"), "fail": _("Not passed")}
STATES = {"warn": "not_measurable", "fail": "failed"}
# Where less is worse, the limit is a floor.
FLOORS = {"face_too_small", "face_not_outlined", "too_dark"}


@dataclass(frozen=True)
class Finding:
    """One line of the table; `state` names the icon and colour of a verdict that is not a pass."""

    name: str
    value: str
    limit: str
    verdict: str
    word: str
    state: str


def findings_of(run: Run | None) -> list[Finding]:
    return [_finding(entry) for entry in run.quality] if run else []


def warnings_of(run: Run | None) -> list[str]:
    """What is not passed, in words; a warning that a clinician accepted says so."""
    if run is None:
        return []
    accepted = {override.code for override in run.overrides.all()}
    flagged = [finding for finding in run.quality if finding["verdict"] != "pass"]
    return [
        _("{finding} (accepted)").format(finding=_name(entry["code"]))
        if entry["code"] in accepted
        else _name(entry["code"])
        for entry in flagged
    ]


def _name(code: str) -> str:
    return str(NAMES.get(code, code.replace("_", " ")))


def _finding(entry: dict[str, Any]) -> Finding:
    code, verdict, unit = str(entry["code"]), str(entry["verdict"]), str(entry.get("unit", ""))
    return Finding(
        name=_name(code),
        value=_amount(entry["value"], unit),
        limit=f"{'≥' if code in FLOORS else '≤'} {_amount(entry['threshold'], unit)}",
        verdict=verdict,
        word=str(WORDS.get(verdict, verdict)),
        state=STATES.get(verdict, "done"),
    )


def _amount(value: float, unit: str) -> str:
    match unit:
        case "share":
            return f"{value:.2f}"
        case "degrees":
            return f"{value:.0f}°"
        case "px":
            return f"{value:.0f} px"
    return f"{value:.0f}"
