"""Reports and texts on next steps in the REST API: made, listed and fetched as on the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, permissions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic.accounts.models import User
from clinic.api import (
    RefusalSerializer,
    Route,
    RuledSerializer,
    StaffPermission,
    StaffViewSet,
    VisibleKey,
    staff_of,
)
from patients.models import Visit
from reports.documents import ReportRefused, make_report
from reports.models import NextStep, Report
from reports.next_steps import publish_next_step
from reports.views import report_file


class ReaderPermission(StaffPermission):
    """Everyone who may see a visit may have its report: a researcher's names nobody."""

    def has_permission(self, request: Request, _view: Any) -> bool:
        return isinstance(request.user, User) and request.user.is_active


class ReportSerializer(serializers.ModelSerializer[Report]):
    patient = serializers.IntegerField(source="visit.patient_id", read_only=True)
    replaces = serializers.CharField(source="supersedes.number", read_only=True, default=None)
    replaced_by = serializers.CharField(source="successor.number", read_only=True, default=None)

    class Meta:
        model = Report
        fields = (
            "id",
            "number",
            "patient",
            "visit",
            "is_pseudonymous",
            "measured_values",
            "signed_values",
            "replaces",
            "replaced_by",
            "sha256",
            "byte_size",
            "created_at",
        )


class NewReportSerializer(serializers.Serializer[Any]):
    visit = VisibleKey(queryset=Visit.objects.select_related("patient"))


class ReportFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="visit__patient_id")
    visit = filters.NumberFilter(field_name="visit_id")


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    permission_classes = (ReaderPermission,)
    queryset = Report.objects.select_related("visit", "supersedes", "successor").order_by("pk")
    serializer_class = ReportSerializer
    filterset_class = ReportFilter

    @extend_schema(
        request=NewReportSerializer,
        responses={
            201: ReportSerializer,
            409: OpenApiResponse(RefusalSerializer, description="Another one was made at the same moment."),
        },
    )
    def create(self, request: Request) -> Response:
        """The report of a visit: a new number, or the newest report where it says the same already."""
        form = NewReportSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            report = make_report(visit=form.validated_data["visit"], user=staff_of(request))
        except ReportRefused as refusal:
            answer = {"code": refusal.code, "detail": refusal.message}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        made = self.get_serializer(self.get_queryset().get(pk=report.pk))
        return Response(made.data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> HttpResponse:
        """The PDF as it was made, checked against its SHA-256."""
        return report_file(request, pk=int(pk))  # type: ignore[arg-type]


class NextStepSerializer(RuledSerializer):
    class Meta:
        model = NextStep
        fields = ("id", "lesion_class", "band", "version", "text", "source", "made_at")
        read_only_fields = ("version",)

    def create(self, validated_data: dict[str, Any]) -> NextStep:
        validated_data.setdefault("lesion_class", "")
        return publish_next_step(by=staff_of(self.context["request"]), **validated_data)


class NextStepPermission(StaffPermission):
    """Everyone reads the texts; administrators put them in force."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        may = super().has_permission(request, view)
        return may and (request.method in permissions.SAFE_METHODS or staff_of(request).is_administrator)


class NextStepViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, StaffViewSet
):
    """What a clinician would consider, by class and band: information with its source, never an order.

    A version is never changed: POST makes the next one.
    """

    queryset = NextStep.objects.order_by("pk")
    serializer_class = NextStepSerializer
    permission_classes = (NextStepPermission,)
    filterset_fields = ("lesion_class", "band")


ROUTES: tuple[Route, ...] = (
    ("reports", ReportViewSet, "report"),
    ("next-steps", NextStepViewSet, "next-step"),
)
