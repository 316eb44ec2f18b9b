"""Which two readings may be compared, as a table: one row for each reason to refuse, each tested by itself.

A pair rule looks at both photographs; a photo rule at each alone. Whatever is refused is still shown, only no
change is called a response.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reports.charts.series import Reading, Status


class Difference(StrEnum):
    """Why two readings are not comparable, in the order in which it is told."""

    NOT_MEASURED = "not_measured"
    VIEW = "view"
    MODALITY = "modality"
    MAKE_UP = "make_up"
    SUNSCREEN = "sunscreen"
    CAMOUFLAGE = "camouflage"
    SKIN_UNKNOWN = "skin_unknown"
    QUALITY_FAILED = "quality_failed"
    QUALITY_WARNED = "quality_warned"
    RELEASE = "release"


PHOTO_RULES: dict[Difference, Callable[[Reading], bool]] = {
    Difference.NOT_MEASURED: lambda reading: reading.status is not Status.MEASURED,
    Difference.MAKE_UP: lambda reading: reading.skin_condition == "make_up",
    Difference.SUNSCREEN: lambda reading: reading.skin_condition == "sunscreen",
    Difference.CAMOUFLAGE: lambda reading: reading.skin_condition == "camouflage",
    # Whatever is not known to be clean may hide vitiligo.
    Difference.SKIN_UNKNOWN: lambda reading: (
        reading.skin_condition not in {"clean", "make_up", "sunscreen", "camouflage"}
    ),
    Difference.QUALITY_FAILED: lambda reading: not reading.quality_passed,
    Difference.QUALITY_WARNED: lambda reading: reading.quality_passed and reading.quality_warned,
}
PAIR_RULES: dict[Difference, Callable[[Reading], str]] = {
    Difference.VIEW: lambda reading: reading.track.value,
    Difference.MODALITY: lambda reading: reading.modality,
    Difference.RELEASE: lambda reading: reading.release,
}
"""What both photographs must share. A modality or release that nobody recorded is shared with none."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason, and the readings that give it: the one at fault, or both where they differ."""

    difference: Difference
    readings: tuple[Reading, ...]


def refusals_between(first: Reading, second: Reading) -> tuple[Refusal, ...]:
    """Everything that keeps two readings from being compared; empty when nothing does."""
    found = (_refusal(difference, first, second) for difference in Difference)
    return tuple(refusal for refusal in found if refusal.readings)


def is_sound(reading: Reading) -> bool:
    """Measured on clean skin in a photo that passed the quality check: fit to be compared at all."""
    return not any(rule(reading) for rule in PHOTO_RULES.values())


def _refusal(difference: Difference, first: Reading, second: Reading) -> Refusal:
    if difference in PHOTO_RULES:
        return Refusal(difference, tuple(filter(PHOTO_RULES[difference], (first, second))))
    # What was not measured has no release to compare; that it was not measured says enough.
    if difference is Difference.RELEASE and not (first.release and second.release):
        unknown = all(reading.status is Status.MEASURED for reading in (first, second))
        return Refusal(difference, (first, second) if unknown else ())
    before, after = (PAIR_RULES[difference](reading) for reading in (first, second))
    return Refusal(difference, () if before == after != "" else (first, second))
