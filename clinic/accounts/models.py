"""The people who work in the clinic."""

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    DERMATOLOGIST = "dermatologist", _("Dermatologist")
    PHOTOGRAPHER = "photographer", _("Photographer")
    RESEARCHER = "researcher", _("Researcher")


class StaffManager(UserManager["User"]):
    """`createsuperuser` makes the clinic's first administrator."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **extra})


class User(AbstractUser):
    """A member of staff. The role alone decides what it may do; there is no per-user permission beside it."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.RESEARCHER)

    objects = StaffManager()  # type: ignore[misc]  # the stubs take the base class's for a class variable

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role_known", condition=models.Q(role__in=Role.values)),
        ]

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def may_identify(self) -> bool:
        """Names, record numbers and birth dates; a researcher works with pseudonyms."""
        return self.role != Role.RESEARCHER

    @property
    def may_record(self) -> bool:
        """Create patients and visits, upload photographs, start runs."""
        return self.role != Role.RESEARCHER

    @property
    def may_sign(self) -> bool:
        """A signature says that a clinician looked; running the clinic's computer is another trade."""
        return self.role == Role.DERMATOLOGIST
