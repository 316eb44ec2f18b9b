"""A question about the cohort that somebody wants to ask again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StudyGroup(models.Model):
    """`query` is the tail of the cohort page's address; who belongs to the group is decided on each visit."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="study_group_has_a_name", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name
