"""The people who work in the clinic."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    DERMATOLOGIST = "dermatologist", _("Dermatologist")
    PHOTOGRAPHER = "photographer", _("Photographer")
    RESEARCHER = "researcher", _("Researcher")


class User(AbstractUser):
    """A member of staff. The role alone decides what it may do; there is no per-user permission beside it."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.RESEARCHER)

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
        return self.role in {Role.ADMINISTRATOR, Role.DERMATOLOGIST}
