"""Reports in the REST API: made, listed and fetched as on the patient's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.accounts.models import User
from clinic.api import RefusalSerializer, Route, StaffPermission, StaffViewSet, VisibleKey, staff_of
from patients.models import Visit
from reports.documents import ReportRefused, make_report
from reports.models import Report
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


ROUTES: tuple[Route, ...] = (("reports", ReportViewSet, "report"),)
