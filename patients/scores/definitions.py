"""The clinical scores: what each is called, which values it may take, and who gives it.

One table for the form, the REST API, the charts and the constraint of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ScoreKind(models.TextChoices):
    VASI = "vasi", _("VASI")
    F_VASI = "f_vasi", _("F-VASI")
    F_VASI_FTU = "f_vasi_ftu", _("F-VASI (FTU)")
    DEPIGMENTATION = "depigmentation", _("Depigmentation grade")
    VES = "ves", _("VES")
    SA_VES = "sa_ves", _("SA-VES")
    PHGVA = "phgva", _("PhGVA")
    VIDA = "vida", _("VIDA")
    VNS = "vns", _("VNS")
    DLQI = "dlqi", _("DLQI")
    VITIQOL = "vitiqol", _("VitiQoL")


class Rater(models.TextChoices):
    CLINICIAN = "clinician", _("By the clinician")
    PATIENT = "patient", _("By the patient")


class Sign(models.TextChoices):
    CONFETTI = "confetti", _("Confetti-like depigmentation")
    KOEBNER = "koebner", _("Koebner phenomenon")
    HYPOCHROMIC = "hypochromic", _("Hypochromic borders")
    INFLAMMATORY = "inflammatory", _("Inflammatory borders")
    TRICHROME = "trichrome", _("Trichrome")
    LEUKOTRICHIA = "leukotrichia", _("Leukotrichia")


GRADES = (0, 10, 25, 50, 75, 90, 100)
"""Depigmentation in per cent: none, specks of depigmentation, a quarter, half, three quarters, specks of
pigment, no pigment left."""


@dataclass(frozen=True, slots=True)
class Definition:
    """`whole`: only whole numbers; `only`: only these. `important`: the smallest difference that matters
    to patients, where one is published. `more_is_worse`: which way improvement goes."""

    meaning: StrPromise | str
    lowest: int
    highest: int
    rater: Rater = Rater.CLINICIAN
    whole: bool = False
    only: tuple[int, ...] = ()
    important: Decimal | None = None
    more_is_worse: bool = True
    unit: str = ""

    @property
    def values(self) -> tuple[int, ...]:
        """Every allowed value; empty where any number in the range is allowed."""
        return self.only or (tuple(range(self.lowest, self.highest + 1)) if self.whole else ())

    def allows(self, value: Decimal) -> bool:
        return value in self.values if self.values else self.lowest <= value <= self.highest

    @property
    def scale(self) -> str:
        """The scale as a nurse reads it beside the field."""
        if self.only:
            return ", ".join(map(str, self.only))
        return gettext("{lowest} to {highest}").format(lowest=self.lowest, highest=self.highest)

    @property
    def refusal(self) -> str:
        """What to say to a value that is not on the scale."""
        if self.only:
            return gettext("Only these values are on the scale: {scale}.").format(scale=self.scale)
        whole = gettext("Enter a whole number from {lowest} to {highest}.")
        any_number = gettext("Enter a number from {lowest} to {highest}.")
        sentence = whole if self.whole else any_number
        return sentence.format(lowest=self.lowest, highest=self.highest)


DEFINITIONS: Mapping[ScoreKind, Definition] = {
    ScoreKind.VASI: Definition(_("Whole body: hand units times residual depigmentation."), 0, 100),
    ScoreKind.F_VASI: Definition(
        _("Face: hand units times depigmentation. The face is about 3 hand units."), 0, 3
    ),
    ScoreKind.F_VASI_FTU: Definition(
        _("Face in fingertip units: a scale of its own, never mixed with F-VASI."), 0, 112, unit="FTU"
    ),
    ScoreKind.DEPIGMENTATION: Definition(
        _("Depigmentation of the face as a whole, in exactly these steps."), 0, 100, only=GRADES, unit="%"
    ),
    ScoreKind.VES: Definition(_("Extent of the body surface by pictures."), 0, 100, unit="% BSA"),
    ScoreKind.SA_VES: Definition(
        _("Extent of the body surface by pictures, chosen by the patient."),
        0,
        100,
        rater=Rater.PATIENT,
        important=Decimal("1.3"),
        unit="% BSA",
    ),
    ScoreKind.PHGVA: Definition(_("The physician's global assessment; 4 is most severe."), 0, 4, whole=True),
    ScoreKind.VIDA: Definition(
        _("Activity: 4 active within six weeks, 0 stable for a year, -1 stable with repigmentation."),
        -1,
        4,
        whole=True,
    ),
    ScoreKind.VNS: Definition(
        _("How noticeable vitiligo is since treatment; 4 and 5 are a success."),
        1,
        5,
        rater=Rater.PATIENT,
        whole=True,
        more_is_worse=False,
    ),
    ScoreKind.DLQI: Definition(
        _("Quality of life with a skin disease, sum of ten items."),
        0,
        30,
        rater=Rater.PATIENT,
        whole=True,
        important=Decimal(4),
    ),
    ScoreKind.VITIQOL: Definition(
        _("Quality of life with vitiligo, sum of fifteen items."), 0, 90, rater=Rater.PATIENT, whole=True
    ),
}

VNS_WORDS: Mapping[int, StrPromise | str] = {
    1: _("more noticeable"),
    2: _("as noticeable"),
    3: _("slightly less noticeable"),
    4: _("a lot less noticeable"),
    5: _("no longer noticeable"),
}
DLQI_BANDS = ((0, 1), (2, 5), (6, 10), (11, 20), (21, 30))


def dlqi_band(value: int) -> tuple[int, int, int]:
    """Number of the band (1 to 5), its lowest and its highest value. Raises ValueError outside 0 to 30."""
    for number, (low, high) in enumerate(DLQI_BANDS, start=1):
        if low <= value <= high:
            return number, low, high
    raise ValueError(f"DLQI is 0 to 30, not {value}.")
