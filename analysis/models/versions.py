"""What every version of a result has in common, whether of a face or of a lesion."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models.runs import Run
from clinic.accounts.models import User

Row = TypeVar("Row", bound="Version")


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    EDITED = "edited", _("Edited, not signed")
    SIGNED = "signed", _("Signed")
    SUPERSEDED = "superseded", _("Superseded")


OPEN_STATES = (ReviewState.DRAFT, ReviewState.EDITED)


class VersionQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__in=Run.objects.visible_to(user))

    def signed(self) -> Self:
        """What clinicians put their names to, and nothing that was superseded since."""
        return self.filter(review__state=ReviewState.SIGNED)

    def final(self) -> Self:
        """The one version of each photo that charts, tables, reports and the API speak of.

        The signed one where there is one. Otherwise the open one, if it comes from the newest run: while a
        photo is analysed again, or after that was refused, its earlier draft says nothing any more.
        """
        photo = models.OuterRef("review__photo")
        signed = self.model._default_manager.filter(review__photo=photo, review__state=ReviewState.SIGNED)
        newest = Run.objects.filter(photo=photo).order_by("-pk").values("pk")[:1]
        draft = Q(review__state__in=OPEN_STATES, run=models.Subquery(newest)) & ~models.Exists(signed)
        return self.filter(Q(review__state=ReviewState.SIGNED) | draft)


class Version(models.Model):
    """Version 1 is the networks'; each later one is a person's, with name and reason.

    Its values never change (see `analysis.finality`); which version counts is said by its `review`.
    """

    run: Any
    review: Any
    version = models.PositiveIntegerField(default=1)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["run", "version"], name="%(class)s_version_unique"),
            # The networks have no name and give no reason; a person has and does.
            models.CheckConstraint(
                name="%(class)s_edit_is_explained",
                condition=Q(version=1, author__isnull=True, parent__isnull=True, reason="")
                | (Q(version__gt=1, author__isnull=False, parent__isnull=False) & ~Q(reason="")),
            ),
        ]
