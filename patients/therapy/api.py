"""Treatments, pauses and adverse events in the REST API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from rest_framework import serializers

from clinic.api import Route, RuledSerializer, VisibleKey, refused, staff_of
from patients.entries.api import ENTRY, EntrySerializer, EntryViewSet, WritingViewSet
from patients.models import AdverseEvent, Treatment, TreatmentPause
from patients.therapy import services


class PauseSerializer(RuledSerializer):
    treatment = VisibleKey(queryset=Treatment.objects.standing())

    class Meta:
        model = TreatmentPause
        fields = ("id", "treatment", "paused_on", "resumed_on", "reason")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated and not staff_of(request).may_identify:
            fields.pop("reason")
        return fields

    def create(self, validated_data: dict[str, Any]) -> TreatmentPause:
        facts = {"resumed_on": None, "reason": "", **validated_data}
        return services.pause_treatment(by=staff_of(self.context["request"]), **facts)

    def update(self, pause: TreatmentPause, validated_data: dict[str, Any]) -> TreatmentPause:
        if set(validated_data) != {"resumed_on"} or validated_data["resumed_on"] is None:
            raise serializers.ValidationError("Of a pause only 'resumed_on' is set later.")
        by = staff_of(self.context["request"])
        try:
            return services.resume_treatment(pause=pause, resumed_on=validated_data["resumed_on"], by=by)
        except ValidationError as error:
            raise refused(error) from error


class TreatmentSerializer(EntrySerializer):
    unshared = ("stop_reason", "note")
    pauses = PauseSerializer(many=True, read_only=True)

    class Meta:
        model = Treatment
        fields = (
            *ENTRY,
            "kind",
            "name",
            "region",
            "dose",
            "dose_unit",
            "schedule",
            "started_on",
            "stopped_on",
            "stop_reason",
            "adherence",
            "note",
            "pauses",
        )
        read_only_fields = ("struck_at",)


class AdverseEventSerializer(EntrySerializer):
    unshared = ("description",)
    treatment = VisibleKey(queryset=Treatment.objects.standing(), required=False, allow_null=True)

    class Meta:
        model = AdverseEvent
        fields = (*ENTRY, "treatment", "date", "grade", "description")
        read_only_fields = ("struck_at",)


class PauseFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="treatment__patient_id")
    treatment = filters.NumberFilter(field_name="treatment_id")


class TreatmentViewSet(EntryViewSet):
    queryset = Treatment.objects.prefetch_related("pauses").order_by("pk")
    serializer_class = TreatmentSerializer


class PauseViewSet(WritingViewSet):
    queryset = TreatmentPause.objects.select_related("treatment__patient").order_by("pk")
    serializer_class = PauseSerializer
    filterset_class = PauseFilter


class AdverseEventViewSet(EntryViewSet):
    queryset = AdverseEvent.objects.select_related("treatment").order_by("pk")
    serializer_class = AdverseEventSerializer


ROUTES: tuple[Route, ...] = (
    ("treatments", TreatmentViewSet, "treatment"),
    ("treatment-pauses", PauseViewSet, "treatment-pause"),
    ("adverse-events", AdverseEventViewSet, "adverse-event"),
)
