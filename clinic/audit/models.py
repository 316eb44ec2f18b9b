"""The append-only trail of who read or changed which patient data."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User


class EventIsFinal(TypeError):
    """An audit event was to be changed or deleted."""


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        """The trail shows what everyone did, so it is for those who answer for everyone."""
        return self if user.is_active and user.is_administrator else self.none()

    def about(self, target: models.Model) -> Self:
        return self.filter(object_label=target._meta.label_lower, object_id=str(target.pk))

    def update(self, **_changes: Any) -> NoReturn:
        raise EventIsFinal("An audit event cannot be changed.")

    def delete(self) -> NoReturn:
        raise EventIsFinal("An audit event cannot be deleted.")


class Event(models.Model):
    """One access. The object is named by label and key, so that the event outlives what it names.

    The database itself refuses to change or delete a row (triggers of migration 0002); the methods here
    only say so earlier and in words.
    """

    class Action(models.TextChoices):
        READ = "read", _("Read")
        CREATE = "create", _("Create")
        CHANGE = "change", _("Change")
        EXPORT = "export", _("Export")
        LOGIN = "login", _("Log in")
        LOGIN_FAILED = "login_failed", _("Log in failed")
        REFUSE = "refuse", _("Refuse")

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=20, choices=Action.choices)
    object_label = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_label", "object_id"], name="event_object")]
        constraints = [
            models.CheckConstraint(
                name="event_action_known",
                condition=models.Q(
                    action__in=["read", "create", "change", "export", "login", "login_failed", "refuse"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_label} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise EventIsFinal("An audit event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002
        raise EventIsFinal("An audit event cannot be deleted.")
