"""Photographs of single lesions in the REST API, beside those of the face and never among them."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api import RefusalSerializer, Route, VisibleKey
from imaging.api import PhotoSerializer, StoredPhotoViewSet
from imaging.models import LESION_MODALITY_CHOICES, Modality, Photo
from imaging.services import store_lesion_photo
from patients.models import Lesion, Visit


class LesionPhotoSerializer(PhotoSerializer):
    original_route = "api:lesion-photo-original"
    display_route = "api:lesion-photo-display"

    class Meta:
        model = Photo
        fields = ("lesion", "mm_per_pixel", *(name for name in PhotoSerializer.Meta.fields if name != "view"))


class LesionUploadSerializer(serializers.Serializer[Any]):
    """The fields of an upload. `replace` says that the lesion's photo of that visit is to be retaken."""

    lesion = VisibleKey(queryset=Lesion.objects.standing())
    visit = VisibleKey(queryset=Visit.objects.all())
    modality = serializers.ChoiceField(choices=LESION_MODALITY_CHOICES, default=Modality.DERMOSCOPY)
    device = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    mm_per_pixel = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="Scale of the picture, where it is known."
    )
    replace = serializers.BooleanField(default=False)
    file = serializers.FileField(allow_empty_file=True, help_text="JPEG, PNG or TIFF.")


class LesionPhotoFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="visit__patient_id")
    visit = filters.NumberFilter(field_name="visit_id")
    lesion = filters.NumberFilter(field_name="lesion_id")
    is_current = filters.BooleanFilter(field_name="replaced_at", lookup_expr="isnull")


class LesionPhotoViewSet(StoredPhotoViewSet):
    queryset = Photo.objects.of_lesions().select_related("visit").order_by("pk")
    serializer_class = LesionPhotoSerializer
    filterset_class = LesionPhotoFilter

    @extend_schema(
        request=LesionUploadSerializer,
        responses={
            201: LesionPhotoSerializer,
            400: OpenApiResponse(RefusalSerializer, description="Refused."),
        },
    )
    def create(self, request: Request) -> Response:
        return self.keep(request, LesionUploadSerializer, store_lesion_photo)


ROUTES: tuple[Route, ...] = (("lesion-photos", LesionPhotoViewSet, "lesion-photo"),)
