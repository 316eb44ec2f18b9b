"""Repeatability studies in the REST API: their pairs with both values, SEM and SDC95 by view, adoption."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api import ReleaseSerializer
from clinic.api import RefusalSerializer, Route, StaffViewSet, VisibleKey, staff_of
from imaging.models import Photo, View
from imaging.refusals import PhotoRefused
from reports.models import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.repeatability import (
    PairResult,
    StudyIncomplete,
    ViewError,
    add_repeat,
    adopt_errors,
    errors_by_view,
    releases_of_study,
    results_of,
    standing_pairs,
    start_study,
)


class ViewErrorSerializer(serializers.Serializer[ViewError]):
    """Of left, front, right or the three pooled, in percentage points of F-Vitiligo; `icc` has no unit."""

    view = serializers.CharField(source="track.value")
    patients = serializers.IntegerField()
    pairs = serializers.IntegerField()
    sem = serializers.FloatField(help_text="Of agreement, from a two-way analysis of variance.")
    sdc95 = serializers.FloatField()
    low = serializers.FloatField(help_text="Bound of `sdc95`, 95 %.")
    high = serializers.FloatField(help_text="Bound of `sdc95`, 95 %.")
    icc = serializers.FloatField(help_text="ICC(2,1).")
    concordance = serializers.FloatField(allow_null=True, help_text="Lin's.")
    bias = serializers.FloatField(help_text="Second minus first, on average.")
    is_enough = serializers.BooleanField(help_text="Patients enough to be adopted.")


class StudyResultSerializer(serializers.Serializer[Any]):
    """Only pairs that these releases measured are counted; empty until two patients are there."""

    releases = ReleaseSerializer(many=True)
    by_view = ViewErrorSerializer(many=True)


class StudySerializer(serializers.ModelSerializer[RepeatabilityStudy]):
    views = serializers.ListField(child=serializers.ChoiceField(choices=View.choices), allow_empty=False)

    class Meta:
        model = RepeatabilityStudy
        fields = ("id", "name", "views", "created_at")


class AdoptionSerializer(serializers.ModelSerializer[AdoptedError]):
    sdc95 = serializers.SerializerMethodField(help_text="By view.")

    class Meta:
        model = AdoptedError
        fields = ("id", "study", "sdc95", "adopted_at", "ended_at")

    @extend_schema_field(serializers.DictField(child=serializers.FloatField()))
    def get_sdc95(self, adopted: AdoptedError) -> dict[str, float]:
        return {view: figures["sdc95"] for view, figures in adopted.figures.items()}


class StudyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = RepeatabilityStudy.objects.order_by("pk")
    serializer_class = StudySerializer

    def create(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        study = start_study(user=staff_of(request), **form.validated_data)
        return Response(self.get_serializer(study).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=StudyResultSerializer)
    @action(detail=True)
    def errors(self, request: Request, **_address: Any) -> Response:  # noqa: ARG002
        """SEM and SDC95 by view, from the newest result of each photograph."""
        results = results_of(standing_pairs(self.get_object()))
        answer = {"releases": releases_of_study(results) or (), "by_view": errors_by_view(results)}
        return Response(StudyResultSerializer(answer).data)

    @extend_schema(
        request=None,
        responses={
            201: AdoptionSerializer,
            403: OpenApiResponse(description="Only those who sign adopt."),
            409: OpenApiResponse(RefusalSerializer, description="Too few patients."),
        },
    )
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, **_address: Any) -> Response:
        """Judge changes by these figures from now on; an earlier adoption ends and is kept."""
        try:
            adopted = adopt_errors(study=self.get_object(), user=staff_of(request))
        except StudyIncomplete as incomplete:
            answer = {"code": "study_incomplete", "detail": str(incomplete)}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        return Response(AdoptionSerializer(adopted).data, status=status.HTTP_201_CREATED)


class PairSerializer(serializers.Serializer[PairResult]):
    """Two photographs of one sitting. A value is null until it was measured, or where none can be."""

    id = serializers.IntegerField(source="pair.pk")
    study = serializers.IntegerField(source="pair.study_id")
    patient = serializers.IntegerField(source="pair.first.visit.patient_id")
    visit = serializers.IntegerField(source="pair.first.visit_id")
    view = serializers.ChoiceField(source="pair.first.view", choices=View.choices)
    first_photo = serializers.IntegerField(source="pair.first_id")
    second_photo = serializers.IntegerField(source="pair.second_id")
    first = serializers.SerializerMethodField(help_text="F-Vitiligo in per cent, by the model.")
    second = serializers.SerializerMethodField(help_text="F-Vitiligo in per cent, by the model.")
    difference = serializers.FloatField(allow_null=True, help_text="Percentage points.")

    def get_first(self, result: PairResult) -> float | None:
        return result.values and result.values[0]

    def get_second(self, result: PairResult) -> float | None:
        return result.values and result.values[1]


class NewPairSerializer(serializers.Serializer[Any]):
    study = VisibleKey(queryset=RepeatabilityStudy.objects.all())
    first = VisibleKey(queryset=Photo.objects.current().select_related("visit__patient"))
    file = serializers.FileField(allow_empty_file=True, help_text="The second photograph.")


class PairFilter(filters.FilterSet):
    study = filters.NumberFilter(field_name="study_id")
    patient = filters.NumberFilter(field_name="first__visit__patient_id")
    view = filters.ChoiceFilter(field_name="first__view", choices=View.choices)


class PairViewSet(StaffViewSet):
    # A first photograph that was moved to another view is no partner any more.
    queryset = (
        RepeatPair.objects.filter(withdrawn_at__isnull=True, first__view=F("second__view"))
        .select_related("first__visit", "second")
        .order_by("pk")
    )
    serializer_class = PairSerializer
    filterset_class = PairFilter
    parser_classes = (MultiPartParser,)

    def list(self, request: Request) -> Response:  # noqa: ARG002
        found: QuerySet[RepeatPair] = self.filter_queryset(self.get_queryset())
        pairs = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(results_of(pairs), many=True).data)

    @extend_schema(
        request=NewPairSerializer,
        responses={201: PairSerializer, 400: OpenApiResponse(RefusalSerializer, description="Refused.")},
    )
    def create(self, request: Request) -> Response:
        """Store the second photograph of a pair; it takes no part in the patient's response."""
        form = NewPairSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            pair = add_repeat(user=staff_of(request), **form.validated_data)
        except PhotoRefused as refusal:
            answer = {"code": refusal.code, "detail": refusal.message}
            return Response(answer, status=status.HTTP_400_BAD_REQUEST)
        (result,) = results_of([pair])
        return Response(self.get_serializer(result).data, status=status.HTTP_201_CREATED)


ROUTES: tuple[Route, ...] = (
    ("repeatability-studies", StudyViewSet, "repeatability_study"),
    ("repeat-pairs", PairViewSet, "repeat_pair"),
)
