"""Photographs in the REST API: stored by the same service as in the browser, refused in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api import RefusalSerializer, Route, StaffViewSet, VisibleKey, staff_of
from imaging import views
from imaging.models import FACE_MODALITY_CHOICES, Modality, Photo, View
from imaging.refusals import PhotoRefused
from imaging.services import store_photo
from patients.models import Visit

PICTURE = extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    original_route, display_route = "api:photo-original", "api:photo-display"
    patient = serializers.IntegerField(source="visit.patient_id", read_only=True)
    is_current = serializers.SerializerMethodField(help_text="False for a photo that was replaced.")
    original = serializers.SerializerMethodField(help_text="Address of the original bytes.")
    display = serializers.SerializerMethodField(help_text="Address of the picture for the screen.")

    class Meta:
        model = Photo
        fields = (
            "id",
            "patient",
            "visit",
            "view",
            "modality",
            "device",
            "format",
            "byte_size",
            "sha256",
            "width",
            "height",
            "captured_at",
            "uploaded_at",
            "is_current",
            "original",
            "display",
        )

    def get_is_current(self, photo: Photo) -> bool:
        return photo.replaced_at is None

    @extend_schema_field(OpenApiTypes.URI)
    def get_original(self, photo: Photo) -> str:
        return self._address(self.original_route, photo)

    @extend_schema_field(OpenApiTypes.URI)
    def get_display(self, photo: Photo) -> str:
        return self._address(self.display_route, photo)

    def _address(self, name: str, photo: Photo) -> str:
        address: str = self.context["request"].build_absolute_uri(reverse(name, args=[photo.pk]))
        return address


class UploadSerializer(serializers.Serializer[Any]):
    """The fields of an upload. `replace` says that a photo in the same slot is a mistake to be retaken."""

    visit = VisibleKey(queryset=Visit.objects.all())
    view = serializers.ChoiceField(choices=View.choices)
    modality = serializers.ChoiceField(choices=FACE_MODALITY_CHOICES, default=Modality.UV_REFLECTANCE)
    device = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    replace = serializers.BooleanField(default=False)
    file = serializers.FileField(allow_empty_file=True, help_text="JPEG, PNG or TIFF.")


class PhotoFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="visit__patient_id")
    visit = filters.NumberFilter(field_name="visit_id")
    view = filters.ChoiceFilter(choices=View.choices)
    is_current = filters.BooleanFilter(field_name="replaced_at", lookup_expr="isnull")


class StoredPhotoViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    """What photographs of faces and of lesions share: kept by a service, handed out after a check."""

    parser_classes = (MultiPartParser,)

    def keep(
        self, request: Request, upload: type[serializers.Serializer[Any]], store: Callable[..., Photo]
    ) -> Response:
        """Store what an upload holds; a refusal is answered in the words of the page."""
        form = upload(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            photo = store(user=staff_of(request), **form.validated_data)
        except PhotoRefused as refusal:
            answer = {"code": refusal.code, "detail": refusal.message}
            return Response(answer, status=status.HTTP_400_BAD_REQUEST)
        return Response(self.get_serializer(photo).data, status=status.HTTP_201_CREATED)

    @PICTURE
    @action(detail=True)
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        """The untouched bytes with all their metadata."""
        return views.photo_original(request, pk=int(pk))  # type: ignore[arg-type]

    @PICTURE
    @action(detail=True)
    def display(self, request: Request, pk: str) -> HttpResponseBase:
        """A JPEG for the screen, without metadata."""
        return views.photo_display(request, pk=int(pk))  # type: ignore[arg-type]


class PhotoViewSet(StoredPhotoViewSet):
    queryset = Photo.objects.of_faces().select_related("visit").order_by("pk")
    serializer_class = PhotoSerializer
    filterset_class = PhotoFilter

    @extend_schema(
        request=UploadSerializer,
        responses={201: PhotoSerializer, 400: OpenApiResponse(RefusalSerializer, description="Refused.")},
    )
    def create(self, request: Request) -> Response:
        return self.keep(request, UploadSerializer, store_photo)


ROUTES: tuple[Route, ...] = (("photos", PhotoViewSet, "photo"),)
