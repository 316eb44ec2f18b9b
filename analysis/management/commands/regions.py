"""manage.py regions: count the regions of faces that were measured before regions were counted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from analysis.face_regions import divide_measurement
from analysis.models import Measurement


class Command(BaseCommand):
    help = "Count the regions of the face for measurements that lack them. Safe to repeat."

    def handle(self, **_options: Any) -> None:
        keys = list(Measurement.objects.filter(regions__isnull=True).values_list("pk", flat=True))
        divided = sum(bool(_divide(key)) for key in keys)
        self.stdout.write(f"{divided} of {len(keys)} measurements divided into regions.")


@transaction.atomic
def _divide(key: int) -> bool:
    """Two calls at once wait for each other, so that no region is counted twice."""
    measurement = Measurement.objects.select_for_update().get(pk=key)
    return not measurement.regions.exists() and bool(divide_measurement(measurement=measurement))
