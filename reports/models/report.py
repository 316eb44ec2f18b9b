"""Reports as documents: numbered, kept as they were made, and followed by newer ones."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from imaging.models import private_storage
from patients.models import Visit


def report_path(report: Report, _filename: str) -> str:
    """A number is given once, so that its name is free even where an earlier attempt left a file."""
    return f"reports/{report.year}/{report.number}.pdf"


class ReportCounter(models.Model):
    """The last number that was given in a year. A number whose report failed is not given again."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """A researcher sees the reports that name nobody."""
        visible = self.filter(visit__in=Visit.objects.visible_to(user))
        return visible if user.may_identify else visible.filter(is_pseudonymous=True)

    def current(self) -> Self:
        """Those that no newer one has replaced."""
        return self.filter(successor__isnull=True)


class Report(models.Model):
    """A PDF of one visit, immutable with its bytes. New facts make a new one, which names this one."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=40, unique=True)
    is_pseudonymous = models.BooleanField(default=False, help_text=_("It names nobody: for research."))
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor", verbose_name=_("replaces")
    )
    content_sha256 = models.CharField(max_length=64, help_text=_("Of what it says, whenever it is made."))
    measured_values = models.PositiveSmallIntegerField(help_text=_("Of this visit."))
    signed_values = models.PositiveSmallIntegerField(help_text=_("Of this visit."))
    file = models.FileField(storage=private_storage, upload_to=report_path, max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    byte_size = models.PositiveBigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="report_sequence_unique"),
            # One line of reports a visit and readership: the first one replaces nothing, each other its last.
            models.UniqueConstraint(
                fields=["visit", "is_pseudonymous"],
                condition=Q(supersedes__isnull=True),
                name="report_one_first_per_visit",
            ),
            models.CheckConstraint(
                name="report_signed_are_measured", condition=Q(signed_values__lte=F("measured_values"))
            ),
        ]

    def __str__(self) -> str:
        return self.number
