"""Regions of the face and aligned pairs of photos in the REST API."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.alignments import NoPair, request_alignment
from analysis.models import Alignment, RegionMeasurement
from clinic.api import RefusalSerializer, Route, StaffViewSet, VisibleKey
from imaging.models import Photo, View


class RegionSerializer(serializers.ModelSerializer[RegionMeasurement]):
    """Pixel counts of one region; a region that the view does not show is absent and not 0 %."""

    photo = serializers.IntegerField(source="measurement.run.photo_id", read_only=True)
    f_vitiligo = serializers.FloatField(read_only=True, help_text="Per cent of the region's face pixels.")

    class Meta:
        model = RegionMeasurement
        fields = ("id", "measurement", "photo", "region", "n_face", "n_vitiligo", "f_vitiligo")


class RegionFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="measurement__run__photo__visit__patient_id")
    photo = filters.NumberFilter(field_name="measurement__run__photo_id")
    measurement = filters.NumberFilter(field_name="measurement_id")
    view = filters.ChoiceFilter(field_name="measurement__run__photo__view", choices=View.choices)
    region = filters.ChoiceFilter(choices=RegionMeasurement.Region.choices)


class RegionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = RegionMeasurement.objects.select_related("measurement__run").order_by("pk")
    serializer_class = RegionSerializer
    filterset_class = RegionFilter


class AlignmentSerializer(serializers.ModelSerializer[Alignment]):
    """A later photo over an earlier one. Areas are in per cent of the first face, null unless `aligned`."""

    first_photo = serializers.IntegerField(source="first.run.photo_id", read_only=True)
    second_photo = serializers.IntegerField(source="second.run.photo_id", read_only=True)
    reason = serializers.CharField(read_only=True, help_text="A sentence fit to show, or empty.")
    photo = serializers.SerializerMethodField(help_text="Address of the second photo as the first shows it.")
    map = serializers.SerializerMethodField(help_text="Address of the map, to lie over the first photo.")

    class Meta:
        model = Alignment
        fields = (
            "id",
            "first",
            "second",
            "first_photo",
            "second_photo",
            "status",
            "reason_code",
            "reason",
            "value",
            "limit",
            "residual",
            "overlap",
            "repigmented",
            "depigmented",
            "stable",
            "outside",
            "photo",
            "map",
            "created_at",
            "finished_at",
        )

    @extend_schema_field(OpenApiTypes.URI)
    def get_photo(self, alignment: Alignment) -> str | None:
        return self._address("analysis:alignment_photo", alignment)

    @extend_schema_field(OpenApiTypes.URI)
    def get_map(self, alignment: Alignment) -> str | None:
        return self._address("analysis:alignment_map", alignment)

    def _address(self, name: str, alignment: Alignment) -> str | None:
        if not alignment.is_aligned:
            return None
        address: str = self.context["request"].build_absolute_uri(reverse(name, args=[alignment.pk]))
        return address


class NewAlignmentSerializer(serializers.Serializer[Any]):
    first = VisibleKey(
        queryset=Photo.objects.of_faces().select_related("visit"), help_text="The earlier photo."
    )
    second = VisibleKey(
        queryset=Photo.objects.of_faces().select_related("visit"), help_text="The later photo."
    )


class AlignmentFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="first__run__photo__visit__patient_id")
    status = filters.ChoiceFilter(choices=Alignment.Status.choices)


class AlignmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = Alignment.objects.select_related("first__run", "second__run").order_by("pk")
    serializer_class = AlignmentSerializer
    filterset_class = AlignmentFilter

    @extend_schema(
        request=NewAlignmentSerializer,
        responses={201: AlignmentSerializer, 400: OpenApiResponse(RefusalSerializer, description="No pair.")},
    )
    def create(self, request: Request) -> Response:
        """Have two photos of one view aligned; a pair that was aligned before is given as it is."""
        form = NewAlignmentSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            alignment = request_alignment(**form.validated_data)
        except NoPair as refusal:
            answer = {"code": "no_pair", "detail": str(refusal)}
            return Response(answer, status=status.HTTP_400_BAD_REQUEST)
        return Response(self.get_serializer(alignment).data, status=status.HTTP_201_CREATED)


ROUTES: tuple[Route, ...] = (
    ("regions", RegionViewSet, "region"),
    ("alignments", AlignmentViewSet, "alignment"),
)
