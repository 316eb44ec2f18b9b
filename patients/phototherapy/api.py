"""The phototherapy log and the clinic's protocol in the REST API.

This log records doses entered by staff. It does not calculate or recommend a dose.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, permissions, serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from clinic.accounts.models import Role, User
from clinic.api import Route, RuledSerializer, StaffPermission, StaffViewSet, staff_of
from patients.entries.api import ENTRY, EntrySerializer, EntryViewSet
from patients.models import PhototherapyProtocol, PhototherapySession
from patients.phototherapy import services
from patients.phototherapy.log import Logged, log_of


class ConcernSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class SessionSerializer(EntrySerializer):
    """`operator` is whoever asks unless another member of staff is named. Where the protocol in force warns,
    `reason` is needed."""

    unshared = ("reason", "operator")
    operator = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True).exclude(role=Role.RESEARCHER), required=False
    )
    cumulative_dose = serializers.SerializerMethodField(
        help_text="mJ/cm² of this light on this region, up to and with this session; computed."
    )
    concerns = serializers.SerializerMethodField()

    class Meta:
        model = PhototherapySession
        fields = (
            *ENTRY,
            "date",
            "light",
            "device",
            "region",
            "dose",
            "seconds",
            "erythema",
            "reason",
            "operator",
            "protocol",
            "cumulative_dose",
            "concerns",
        )
        read_only_fields = ("struck_at", "protocol")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None:
            attrs.setdefault("operator", staff_of(self.context["request"]))
        return super().validate(attrs)

    def get_cumulative_dose(self, session: PhototherapySession) -> int | None:
        logged = self._logged(session)
        return logged.cumulative_dose if logged else None

    @extend_schema_field(ConcernSerializer(many=True))
    def get_concerns(self, session: PhototherapySession) -> Any:
        logged = self._logged(session)
        return ConcernSerializer(logged.concerns if logged else (), many=True).data

    def _logged(self, session: PhototherapySession) -> Logged | None:
        """The session in its course; one that was struck out is in none. A patient's log is read once."""
        logs: dict[int, dict[int, Logged]] = self.context["logs"]
        key = session.patient_id
        if key not in logs or session.pk not in logs[key]:
            logs[key] = {logged.session.pk: logged for logged in log_of(session.patient)}
        return None if session.is_struck else logs[key].get(session.pk)

    def store(self, entry: Any) -> Any:
        try:
            return services.log_session(session=entry, by=staff_of(self.context["request"]))
        except services.ReasonNeeded as needed:
            raise _reason_needed(needed) from needed

    def correct(self, entry: Any, changed: list[str]) -> Any:
        try:
            by = staff_of(self.context["request"])
            return services.correct_session(session=entry, changed=changed, by=by)
        except services.ReasonNeeded as needed:
            raise _reason_needed(needed) from needed


def _reason_needed(needed: services.ReasonNeeded) -> serializers.ValidationError:
    return serializers.ValidationError(
        {
            "reason": ["The clinic's protocol warns. Say why the session was given so."],
            "concerns": [concern.sentence for concern in needed.concerns],
        }
    )


class SessionViewSet(EntryViewSet):
    queryset = PhototherapySession.objects.select_related("patient", "protocol", "operator").order_by("pk")
    serializer_class = SessionSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "logs": {}}


class ProtocolSerializer(RuledSerializer):
    class Meta:
        model = PhototherapyProtocol
        fields = (
            "id",
            "light",
            "version",
            "longest_gap_days",
            "largest_rise_percent",
            "highest_dose_face",
            "highest_dose_body",
            "erythema_grade",
            "source",
            "made_at",
        )
        read_only_fields = ("version",)

    def create(self, validated_data: dict[str, Any]) -> PhototherapyProtocol:
        return services.publish_protocol(by=staff_of(self.context["request"]), **validated_data)


class ProtocolPermission(StaffPermission):
    """Everyone reads the limits; administrators set them."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        may = super().has_permission(request, view)
        return may and (request.method in permissions.SAFE_METHODS or staff_of(request).is_administrator)


class ProtocolViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, StaffViewSet
):
    """A version is never changed: POST makes the next one."""

    queryset = PhototherapyProtocol.objects.order_by("pk")
    serializer_class = ProtocolSerializer
    permission_classes = (ProtocolPermission,)
    filterset_fields = ("light",)


ROUTES: tuple[Route, ...] = (
    ("phototherapy-sessions", SessionViewSet, "phototherapy-session"),
    ("phototherapy-protocols", ProtocolViewSet, "phototherapy-protocol"),
)
