"""A single lesion that is followed: which it is, where on the body, since when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.entry import Entry, EntryQuerySet, check_day
from patients.models.patient import Patient


class LesionQuerySet(EntryQuerySet["Lesion"]):
    pass


class Lesion(Entry):
    """One mole, photographed at any number of visits. Its spot on the body map is set as a whole, or not."""

    class Site(models.TextChoices):
        """The general anatomic sites of the ISIC archive, as the networks know them."""

        HEAD_NECK = "head_neck", _("Head or neck")
        UPPER_EXTREMITY = "upper_extremity", _("Arm or hand")
        LOWER_EXTREMITY = "lower_extremity", _("Leg or foot")
        ANTERIOR_TORSO = "anterior_torso", _("Chest or belly")
        POSTERIOR_TORSO = "posterior_torso", _("Back")
        LATERAL_TORSO = "lateral_torso", _("Side of the trunk")
        PALMS_SOLES = "palms_soles", _("Palm or sole")
        ORAL_GENITAL = "oral_genital", _("Oral or genital")

    class MapSide(models.TextChoices):
        FRONT = "front", _("Front")
        BACK = "back", _("Back")
        FACE = "face", _("Face")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="lesions")
    label = models.CharField(
        _("label"), max_length=20, help_text=_("How the clinic calls it, for example L1.")
    )
    site = models.CharField(_("site"), max_length=20, choices=Site.choices)
    map_side = models.CharField(_("side of the body map"), max_length=5, choices=MapSide.choices, blank=True)
    map_x = models.FloatField(
        _("across the body map"), null=True, blank=True, help_text=_("0 left edge to 1 right edge.")
    )
    map_y = models.FloatField(
        _("down the body map"), null=True, blank=True, help_text=_("0 upper edge to 1 lower edge.")
    )
    noted_on = models.DateField(_("first noted on"))
    note = models.TextField(_("note"), blank=True)

    objects = LesionQuerySet.as_manager()

    class Meta(Entry.Meta):
        ordering = ["patient", "pk"]
        constraints = [
            *Entry.Meta.constraints,
            # Two moles under one label would be compared with each other.
            models.UniqueConstraint(
                fields=["patient", "label"],
                condition=Q(struck_at__isnull=True),
                name="lesion_label_unique",
                violation_error_message=_("The patient has a lesion with this label already."),
            ),
            models.CheckConstraint(
                name="lesion_labelled",
                condition=~Q(label=""),
                violation_error_message=_("Give the lesion a label."),
            ),
            models.CheckConstraint(
                name="lesion_site_known",
                condition=Q(
                    site__in=[
                        "head_neck",
                        "upper_extremity",
                        "lower_extremity",
                        "anterior_torso",
                        "posterior_torso",
                        "lateral_torso",
                        "palms_soles",
                        "oral_genital",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="lesion_on_body_map",
                condition=Q(map_side="", map_x__isnull=True, map_y__isnull=True)
                | Q(
                    map_side__in=["front", "back", "face"],
                    # A comparison with nothing is no refusal to a database.
                    map_x__isnull=False,
                    map_y__isnull=False,
                    map_x__range=(0, 1),
                    map_y__range=(0, 1),
                ),
                violation_error_message=_("Mark the spot on one side of the body map, or leave it out."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.get_site_display()}"

    def clean(self) -> None:
        check_day(self.patient, noted_on=self.noted_on)

    @property
    def is_on_map(self) -> bool:
        return bool(self.map_side)
