"""Requests for a better photograph in the REST API: listed, asked, taken back."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api import RefusalSerializer, Route, StaffViewSet, VisibleKey, staff_of
from imaging.models import Photo, RetakeRequest, RetakeRequestQuerySet, View
from imaging.retakes import NothingToRetake, ask_retake, cancel_retake


class RetakeSerializer(serializers.ModelSerializer[RetakeRequest]):
    """Open until it is taken back or another photograph takes the place of this one."""

    patient = serializers.IntegerField(source="photo.visit.patient_id", read_only=True)
    visit = serializers.IntegerField(source="photo.visit_id", read_only=True)
    view = serializers.ChoiceField(source="photo.view", choices=View.choices, read_only=True)
    reason = serializers.SerializerMethodField(help_text="Empty for a researcher.")
    asked_by = serializers.SerializerMethodField(help_text="User name; empty for a researcher.")
    is_open = serializers.SerializerMethodField()

    class Meta:
        model = RetakeRequest
        fields = (
            "id",
            "patient",
            "visit",
            "photo",
            "view",
            "reason",
            "asked_by",
            "asked_at",
            "cancelled_at",
            "is_open",
        )

    def get_reason(self, asked: RetakeRequest) -> str:
        return asked.reason if staff_of(self.context["request"]).may_identify else ""

    def get_asked_by(self, asked: RetakeRequest) -> str:
        return asked.asked_by.get_username() if staff_of(self.context["request"]).may_identify else ""

    def get_is_open(self, asked: RetakeRequest) -> bool:
        return asked.cancelled_at is None and asked.photo.replaced_at is None


class NewRetakeSerializer(serializers.Serializer[Any]):
    photo = VisibleKey(queryset=Photo.objects.current())
    reason = serializers.CharField(max_length=300, help_text="What should be better next time.")


class RetakeFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="photo__visit__patient_id")
    visit = filters.NumberFilter(field_name="photo__visit_id")
    photo = filters.NumberFilter(field_name="photo_id")
    is_open = filters.BooleanFilter(method="keep_open")

    def keep_open(self, asked: RetakeRequestQuerySet, _name: str, wanted: bool) -> RetakeRequestQuerySet:
        return asked.open() if wanted else asked.exclude(pk__in=asked.open())


class RetakeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = RetakeRequest.objects.select_related("photo__visit", "asked_by").order_by("pk")
    serializer_class = RetakeSerializer
    filterset_class = RetakeFilter

    @extend_schema(
        request=NewRetakeSerializer,
        responses={
            201: RetakeSerializer,
            409: OpenApiResponse(RefusalSerializer, description="The photo was replaced meanwhile."),
        },
    )
    def create(self, request: Request) -> Response:
        """Ask for a photo to be taken again; a second reader is given the first one's request."""
        form = NewRetakeSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            asked = ask_retake(user=staff_of(request), **form.validated_data)
        except NothingToRetake:
            answer = {"code": "nothing_to_retake", "detail": "The photo was replaced meanwhile."}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(asked).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_address: Any) -> Response:
        """Take the request back: the photo will do after all. It stays in the record."""
        asked = cancel_retake(request=self.get_object(), user=staff_of(request))
        return Response(self.get_serializer(asked).data)


ROUTES: tuple[Route, ...] = (("retakes", RetakeViewSet, "retake"),)
