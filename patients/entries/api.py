"""What the entries of the clinical record share in the REST API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api import RuledSerializer, StaffViewSet, VisibleKey, refused, staff_of
from patients.entries import services
from patients.models import ActivitySign, Patient, Score
from patients.models.entry import Entry, EntryQuerySet

ENTRY = ("id", "patient", "recorded_at", "struck_at")


class WritingViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    StaffViewSet,
):
    """Nothing is deleted, and nothing is replaced as a whole."""

    http_method_names = ("get", "head", "options", "post", "patch")


def apply(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


class EntrySerializer(RuledSerializer):
    """`unshared`: text in which people write names; a researcher does not read it."""

    patient = VisibleKey(queryset=Patient.objects.all())
    unshared: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated and not staff_of(request).may_identify:
            for name in self.unshared:
                fields.pop(name)
        return fields

    def validate_patient(self, patient: Patient) -> Patient:
        if self.instance is not None and self.instance.patient_id != patient.pk:
            raise serializers.ValidationError("An entry stays with its patient.")
        return patient

    def create(self, validated_data: dict[str, Any]) -> Any:
        model: type[Entry] = self.Meta.model
        try:
            return self.store(model(**validated_data))
        except ValidationError as error:
            raise refused(error) from error

    def update(self, entry: Any, validated_data: dict[str, Any]) -> Any:
        apply(entry, validated_data)
        try:
            return self.correct(entry, [name for name in validated_data if name != "patient"])
        except ValidationError as error:
            raise refused(error) from error

    def store(self, entry: Any) -> Any:
        return services.record_entry(entry=entry, by=staff_of(self.context["request"]))

    def correct(self, entry: Any, changed: list[str]) -> Any:
        return services.correct_entry(entry=entry, changed=changed, by=staff_of(self.context["request"]))


class StrikeSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class EntryFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="patient_id")
    struck = filters.BooleanFilter(
        field_name="struck_at", lookup_expr="isnull", exclude=True, help_text="Struck out as an error."
    )


class EntryViewSet(WritingViewSet):
    filterset_class = EntryFilter

    def get_queryset(self) -> models.QuerySet[Any]:
        """What was struck out is read and not changed."""
        rows: EntryQuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        changing = self.request is not None and self.request.method in {"POST", "PATCH"}
        return rows.standing() if changing else rows

    @extend_schema(request=StrikeSerializer)
    @action(detail=True, methods=["post"])
    def strike(self, request: Request, **_address: Any) -> Response:
        """Mark the entry as made in error. It stays readable; nothing is computed from it any more."""
        entry, user = self.get_object(), staff_of(request)
        if isinstance(entry, Score | ActivitySign) and not entry.may_be_given_by(user):
            self.permission_denied(request)
        form = StrikeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        struck = services.strike_entry(entry=entry, reason=form.validated_data["reason"], by=user)
        return Response(self.get_serializer(struck).data)
