"""Single lesions in the REST API: entered, corrected, struck out. Their photographs are `lesion-photos`."""

from __future__ import annotations

from django_filters import rest_framework as filters

from clinic.api import Route
from patients.entries.api import ENTRY, EntryFilter, EntrySerializer, EntryViewSet
from patients.models import Lesion


class LesionSerializer(EntrySerializer):
    """Give `map_side`, `map_x` and `map_y` together, or none of them."""

    unshared = ("note",)

    class Meta:
        model = Lesion
        fields = (*ENTRY, "label", "site", "map_side", "map_x", "map_y", "noted_on", "note")
        read_only_fields = ("struck_at",)


class LesionFilter(EntryFilter):
    site = filters.ChoiceFilter(choices=Lesion.Site.choices)


class LesionViewSet(EntryViewSet):
    queryset = Lesion.objects.order_by("pk")
    serializer_class = LesionSerializer
    filterset_class = LesionFilter


ROUTES: tuple[Route, ...] = (("lesions", LesionViewSet, "lesion"),)
