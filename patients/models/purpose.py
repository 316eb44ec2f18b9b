"""What a patient may agree to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    CARE = "care", _("Photographs for care")
    RESEARCH = "research", _("Research")
    TEACHING = "teaching", _("Teaching and publication")
    EXPORT = "export", _("Data leaving the clinic for research")
