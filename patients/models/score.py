"""Clinical scores and signs of activity, as clinicians and patients gave them; never from a mask."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from patients.models.entry import Entry, EntryQuerySet, check_day
from patients.models.patient import Patient
from patients.scores.definitions import DEFINITIONS, GRADES, Definition, Rater, ScoreKind, Sign


class ScoreQuerySet(EntryQuerySet["Score"]):
    pass


class ActivitySignQuerySet(EntryQuerySet["ActivitySign"]):
    pass


def _allowed() -> Q:
    """One line a kind: a value outside its scale is not stored, whoever asks."""
    rule = Q()
    for kind, definition in DEFINITIONS.items():
        values = definition.values
        scale = (
            Q(value__in=[Decimal(value) for value in values])
            if values
            else Q(value__range=(Decimal(definition.lowest), Decimal(definition.highest)))
        )
        rule |= Q(kind=kind.value) & scale
    return rule


class Score(Entry):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="scores")
    kind = models.CharField(_("score"), max_length=20, choices=ScoreKind.choices)
    value = models.DecimalField(_("value"), max_digits=7, decimal_places=4)
    date = models.DateField(_("date"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["date", "pk"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="score_value_in_scale",
                condition=_allowed(),
                violation_error_message=_("This value is not on the scale of the score."),
            ),
            models.UniqueConstraint(
                fields=["patient", "kind", "date"],
                condition=Q(struck_at__isnull=True),
                name="score_one_per_kind_and_day",
                violation_error_message=_("This score is already recorded for this day. Correct that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.value.normalize():f}"

    def clean(self) -> None:
        check_day(self.patient, date=self.date)
        if self.kind in ScoreKind and not self.definition.allows(self.value):
            raise ValidationError({"value": self.definition.refusal})

    def may_be_given_by(self, user: User) -> bool:
        """A clinician's score is a clinician's; what a patient reports, any of the staff may write down."""
        return user.may_record if self.definition.rater is Rater.PATIENT else user.may_sign

    @property
    def definition(self) -> Definition:
        return DEFINITIONS[ScoreKind(self.kind)]


class FaceRegion(models.TextChoices):
    FOREHEAD = "forehead", _("Forehead")
    LEFT_PERIOCULAR = "left_periocular", _("Left periocular")
    RIGHT_PERIOCULAR = "right_periocular", _("Right periocular")
    NOSE = "nose", _("Nose")
    LEFT_CHEEK = "left_cheek", _("Left cheek")
    RIGHT_CHEEK = "right_cheek", _("Right cheek")
    PERIORAL = "perioral", _("Perioral")
    CHIN = "chin", _("Chin")
    LEFT_EAR = "left_ear", _("Left ear")
    RIGHT_EAR = "right_ear", _("Right ear")


class ScorePart(models.Model):
    """One line of an F-VASI: so many hand units of a region, depigmented to this grade."""

    class Grade(models.IntegerChoices):
        NONE = 0, _("0 % none")
        SPECKS_LOST = 10, _("10 % specks of depigmentation")
        QUARTER = 25, "25 %"
        HALF = 50, "50 %"
        THREE_QUARTERS = 75, "75 %"
        SPECKS_LEFT = 90, _("90 % specks of pigment")
        ALL = 100, _("100 % no pigment left")

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="parts")
    region = models.CharField(_("region"), max_length=20, choices=FaceRegion.choices)
    hand_units = models.DecimalField(
        _("hand units"), max_digits=4, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    grade = models.PositiveSmallIntegerField(_("depigmentation"), choices=Grade.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["score", "region"], name="scorepart_region_once"),
            models.CheckConstraint(name="scorepart_grade_known", condition=Q(grade__in=GRADES)),
            models.CheckConstraint(name="scorepart_within_face", condition=Q(hand_units__range=(0, 3))),
        ]

    def __str__(self) -> str:
        return f"{self.get_region_display()} {self.hand_units} x {self.grade} %"

    @property
    def product(self) -> Decimal:
        return self.hand_units * self.grade / 100


class ActivitySign(Entry):
    """A sign that somebody looked for. Where nobody looked there is no row, which is not 'absent'."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="activity_signs")
    date = models.DateField(_("date"))
    sign = models.CharField(_("sign"), max_length=20, choices=Sign.choices)
    is_present = models.BooleanField(_("present"))

    objects = ActivitySignQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["date", "pk"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(name="activitysign_known", condition=Q(sign__in=Sign.values)),
            models.UniqueConstraint(
                fields=["patient", "sign", "date"],
                condition=Q(struck_at__isnull=True),
                name="activitysign_one_per_day",
                violation_error_message=_("This sign is already recorded for this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_sign_display()}: {'+' if self.is_present else '-'}"

    def clean(self) -> None:
        check_day(self.patient, date=self.date)

    def may_be_given_by(self, user: User) -> bool:
        return user.may_sign
