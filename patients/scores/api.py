"""Clinical scores and signs of activity in the REST API, each on its own scale."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters
from rest_framework import serializers

from clinic.api import Route, refused, staff_of
from patients.entries.api import ENTRY, EntryFilter, EntrySerializer, EntryViewSet
from patients.entries.services import record_entry
from patients.models import ActivitySign, Score, ScoreKind, ScorePart
from patients.scores import services


class PartSerializer(serializers.ModelSerializer[ScorePart]):
    class Meta:
        model = ScorePart
        fields = ("region", "hand_units", "grade")


class ScoreSerializer(EntrySerializer):
    """Give `value`, or for an F-VASI `parts`: then the value is the sum of hand units x grade over them."""

    unshared = ("note",)
    parts = PartSerializer(many=True, required=False)
    value = serializers.DecimalField(max_digits=7, decimal_places=4, required=False)

    class Meta:
        model = Score
        fields = (*ENTRY, "kind", "value", "date", "note", "parts")
        read_only_fields = ("struck_at",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None and "parts" in attrs:
            raise serializers.ValidationError({"parts": ["Strike the score out and calculate it again."]})
        if self.instance is None and ("value" in attrs) == ("parts" in attrs):
            raise serializers.ValidationError({"value": ["Give the value, or the parts of an F-VASI."]})
        if "parts" in attrs:
            if attrs["kind"] != ScoreKind.F_VASI:
                raise serializers.ValidationError({"parts": ["Only an F-VASI is calculated from parts."]})
            return attrs
        return super().validate(attrs)

    def create(self, validated_data: dict[str, Any]) -> Score:
        parts = validated_data.pop("parts", None)
        if parts is None:
            score: Score = super().create(validated_data)
            return score
        lines = [services.Part(**part) for part in parts]
        facts = {
            "patient": validated_data["patient"],
            "day": validated_data["date"],
            "note": validated_data.get("note", ""),
        }
        try:
            return services.record_f_vasi(parts=lines, by=staff_of(self.context["request"]), **facts)
        except ValidationError as error:
            raise refused(error) from error

    def store(self, entry: Any) -> Any:
        return services.record_score(score=entry, by=staff_of(self.context["request"]))

    def correct(self, entry: Any, changed: list[str]) -> Any:
        return services.correct_score(score=entry, changed=changed, by=staff_of(self.context["request"]))


class SignSerializer(EntrySerializer):
    class Meta:
        model = ActivitySign
        fields = (*ENTRY, "date", "sign", "is_present")
        read_only_fields = ("struck_at",)

    def store(self, entry: Any) -> Any:
        self._require_clinician(entry)
        return record_entry(entry=entry, by=staff_of(self.context["request"]))

    def correct(self, entry: Any, changed: list[str]) -> Any:
        self._require_clinician(entry)
        return super().correct(entry, changed)

    def _require_clinician(self, sign: ActivitySign) -> None:
        services.require_rater(sign, staff_of(self.context["request"]))


class ScoreFilter(EntryFilter):
    kind = filters.ChoiceFilter(choices=ScoreKind.choices)


class ScoreViewSet(EntryViewSet):
    queryset = Score.objects.prefetch_related("parts").order_by("pk")
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter


class SignViewSet(EntryViewSet):
    queryset = ActivitySign.objects.order_by("pk")
    serializer_class = SignSerializer


ROUTES: tuple[Route, ...] = (
    ("scores", ScoreViewSet, "score"),
    ("activity-signs", SignViewSet, "activity-sign"),
)
