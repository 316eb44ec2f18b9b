"""The cohort in the REST API: the figures of its page for the same question, and the courses behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from clinic.api import Route, StaffPermission, staff_of
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient, Treatment
from reports.charts.cohort import THRESHOLDS, Assessment, Course, Curve, Share, Step, shares_by_month
from reports.charts.series import Track
from reports.cohort import Cohort, Criteria, Split, cohort_of, patients_of

TRACKS = [(track.value, track.value) for track in Track]


class QuestionSerializer(serializers.Serializer[Any]):
    """Who belongs to the group, what is followed, and into which curves it is split."""

    treatment = serializers.ChoiceField(choices=Treatment.Kind.choices, required=False)
    vitiligo_type = serializers.ChoiceField(choices=Patient.VitiligoType.choices, required=False)
    facial_subtype = serializers.ChoiceField(choices=Patient.FacialSubtype.choices, required=False)
    phototype = serializers.ChoiceField(choices=Patient.Phototype.choices, required=False)
    track = serializers.ChoiceField(choices=TRACKS, default=Track.POOLED.value)
    split = serializers.ChoiceField(choices=Split.choices, default=Split.TREATMENT.value)

    def create(self, validated_data: dict[str, Any]) -> Criteria:
        question = Criteria(**validated_data)
        return replace(question, track=Track(question.track))


class CurvesQuestionSerializer(QuestionSerializer):
    threshold = serializers.ChoiceField(
        choices=THRESHOLDS, default=50, help_text="Reduction of F-Vitiligo in per cent of the baseline."
    )


class ShareSerializer(serializers.Serializer[Share]):
    """Of those assessed about a month, how many had reached the reduction; the interval is Wilson's."""

    month = serializers.IntegerField()
    threshold = serializers.IntegerField()
    reached = serializers.IntegerField()
    assessed = serializers.IntegerField()
    share = serializers.FloatField(source="value", help_text="0 to 1, as are `low` and `high`.")
    low = serializers.FloatField()
    high = serializers.FloatField()
    is_small = serializers.BooleanField(help_text="Too few patients to conclude anything from.")


class StepSerializer(serializers.Serializer[Step]):
    month = serializers.FloatField()
    reached = serializers.IntegerField()
    at_risk = serializers.IntegerField()
    share = serializers.FloatField(source="value")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class AtRiskSerializer(serializers.Serializer[Any]):
    month = serializers.IntegerField()
    patients = serializers.IntegerField()


class CurveSerializer(serializers.Serializer[Curve]):
    """Time to response by Kaplan and Meier, shares 0 to 1; Greenwood's interval on the log-log scale."""

    group = serializers.CharField()
    n = serializers.IntegerField()
    events = serializers.IntegerField()
    median = serializers.FloatField(
        allow_null=True, help_text="Months; null while fewer than half reached it."
    )
    ends_at = serializers.FloatField()
    is_small = serializers.BooleanField()
    steps = StepSerializer(many=True)
    at_risk = serializers.SerializerMethodField(help_text="Still watched and without the reduction.")

    @extend_schema_field(AtRiskSerializer(many=True))
    def get_at_risk(self, curve: Curve) -> list[dict[str, int]]:
        return [{"month": month, "patients": patients} for month, patients in curve.at_risk]


class CohortSerializer(serializers.Serializer[Any]):
    """Per cent of baseline of F-Vitiligo, an area share: no F-VASI50 or 75 is meant by it."""

    patients = serializers.IntegerField()
    with_baseline = serializers.IntegerField()
    without_baseline = serializers.IntegerField()
    without_error = serializers.IntegerField(help_text="No measurement error is known: no change counts.")
    set_aside = serializers.IntegerField(help_text="Visits that cannot be compared with their baseline.")
    threshold = serializers.IntegerField()
    shares = ShareSerializer(many=True)
    curves = CurveSerializer(many=True)


class AssessmentSerializer(serializers.Serializer[Assessment]):
    date = serializers.DateField(source="taken_on")
    month = serializers.FloatField(help_text="Since the baseline.")
    reduction = serializers.FloatField(help_text="Per cent of the baseline; negative for a rise.")
    is_beyond_error = serializers.BooleanField()


class CourseSerializer(serializers.Serializer[Course]):
    """One patient behind the figures."""

    patient = serializers.IntegerField()
    group = serializers.CharField()
    baseline = serializers.DateField(source="baseline.taken_on")
    assessments = AssessmentSerializer(many=True)
    set_aside = serializers.IntegerField()
    is_error_known = serializers.BooleanField()


class CohortViewSet(ViewSet):
    """Of the patients whom the user may see: of a researcher those who agreed to research."""

    permission_classes = (StaffPermission,)

    @extend_schema(parameters=[CurvesQuestionSerializer], responses=CohortSerializer)
    def list(self, request: Request) -> Response:
        """Shares by month for each reduction, and curves of the time to one of them."""
        asked = CurvesQuestionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        threshold = int(asked.validated_data.pop("threshold"))
        found = _cohort(asked, request)
        answer = {
            "patients": len(found.patients),
            "with_baseline": len(found.courses),
            "without_baseline": found.without_baseline,
            "without_error": found.without_error,
            "set_aside": found.set_aside,
            "threshold": threshold,
            "shares": [share for one in THRESHOLDS for share in shares_by_month(found.courses, one)],
            "curves": found.curves(threshold),
        }
        return Response(CohortSerializer(answer).data)

    @extend_schema(parameters=[QuestionSerializer], responses=CourseSerializer(many=True))
    @action(detail=False)
    def courses(self, request: Request) -> Response:
        """The patients behind every point, with the assessments that were counted."""
        asked = QuestionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        courses: Any = _cohort(asked, request).courses
        return Response(CourseSerializer(courses, many=True).data)


def _cohort(asked: QuestionSerializer, request: Request) -> Cohort:
    user, criteria = staff_of(request), asked.create(asked.validated_data)
    record(user=user, action=Event.Action.READ, target=None, detail={"by": "api", "what": "cohort"})
    return cohort_of(criteria, patients_of(criteria, user))


ROUTES: tuple[Route, ...] = (("cohort", CohortViewSet, "cohort"),)
