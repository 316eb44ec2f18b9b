"""Assessments of single lesions in the REST API: read, take the other mask, word the note, sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api import ReleaseSerializer, releases_of
from analysis.lesion_reviews import LONGEST_NOTE, LONGEST_REASON, choose_mask, edit_note
from analysis.models import LesionAssessment, LesionAssessmentQuerySet, LesionReading, Review
from analysis.review_rules import ReviewRefused
from analysis.reviews import sign_review
from clinic.accounts.models import User
from clinic.api import RefusalSerializer, Route, StaffViewSet, staff_of

CONFLICT = {409: OpenApiResponse(RefusalSerializer, description="Refused, or not the newest version.")}


class OpinionSerializer(serializers.Serializer[Any]):
    """One classifier: probabilities by class, their malignant share, and its SD over the seeded passes."""

    task = serializers.CharField()
    probabilities = serializers.DictField(child=serializers.FloatField())
    malignancy = serializers.FloatField()
    sd = serializers.FloatField()
    counts = serializers.BooleanField(help_text="Whether the estimate takes it in.")


class LesionReadingSerializer(serializers.ModelSerializer[LesionReading]):
    """What follows from the mask of one segmenter. An estimate is no diagnosis; see the safety wording."""

    opinions = OpinionSerializer(many=True, read_only=True)
    mask = serializers.SerializerMethodField(help_text="Address of the mask, one bit a pixel.")

    class Meta:
        model = LesionReading
        fields = (
            "id",
            "segmenter",
            "stability",
            "entropy",
            "asymmetry",
            "border",
            "colours",
            "colour_variation",
            "area_px",
            "diameter_px",
            "diameter_mm",
            "ita_degrees",
            "tone",
            "malignancy",
            "sd",
            "band",
            "confidence",
            "disagree",
            "opinions",
            "mask",
        )

    @extend_schema_field(OpenApiTypes.URI)
    def get_mask(self, reading: LesionReading) -> str:
        address = reverse("analysis:lesion_mask_file", args=[reading.pk])
        return str(self.context["request"].build_absolute_uri(address))


class LesionAssessmentSerializer(serializers.ModelSerializer[LesionAssessment]):
    """One version. A researcher reads no names and no free text: these fields are null or empty."""

    patient = serializers.IntegerField(source="run.photo.visit.patient_id", read_only=True)
    visit = serializers.IntegerField(source="run.photo.visit_id", read_only=True)
    date = serializers.DateField(source="run.photo.visit.date", read_only=True)
    lesion = serializers.IntegerField(source="run.photo.lesion_id", read_only=True)
    photo = serializers.IntegerField(source="run.photo_id", read_only=True)
    state = serializers.ChoiceField(source="review.state", choices=Review.State.choices, read_only=True)
    picked = serializers.CharField(source="picked.segmenter", read_only=True)
    readings = LesionReadingSerializer(source="run.lesion_readings", many=True, read_only=True)
    releases = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField(help_text="Null where the networks made the version.")
    reason = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    signer = serializers.SerializerMethodField()
    signed_at = serializers.DateTimeField(source="review.signed_at", read_only=True, allow_null=True)

    class Meta:
        model = LesionAssessment
        fields = (
            "id",
            "patient",
            "visit",
            "date",
            "lesion",
            "photo",
            "run",
            "version",
            "state",
            "picked",
            "agreement",
            "needs_review",
            "readings",
            "note",
            "is_note_composed",
            "author",
            "reason",
            "signer",
            "signed_at",
            "releases",
            "created_at",
        )

    @extend_schema_field(ReleaseSerializer(many=True))
    def get_releases(self, assessment: LesionAssessment) -> Any:
        return releases_of(assessment.run)

    def get_author(self, assessment: LesionAssessment) -> str | None:
        return self._name(assessment.author)

    def get_signer(self, assessment: LesionAssessment) -> str | None:
        return self._name(assessment.review.signer)

    def get_reason(self, assessment: LesionAssessment) -> str:
        return assessment.reason if self._may_identify() else ""

    def get_note(self, assessment: LesionAssessment) -> str:
        return assessment.note if self._may_identify() else ""

    def _name(self, person: User | None) -> str | None:
        return person.get_username() if person is not None and self._may_identify() else None

    def _may_identify(self) -> bool:
        return staff_of(self.context["request"]).may_identify


class ChosenMaskSerializer(serializers.Serializer[Any]):
    segmenter = serializers.ChoiceField(choices=LesionReading.Segmenter.choices)
    reason = serializers.CharField(max_length=LONGEST_REASON)


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST_NOTE)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, default="")


class LesionAssessmentFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="run__photo__visit__patient_id")
    visit = filters.NumberFilter(field_name="run__photo__visit_id")
    lesion = filters.NumberFilter(field_name="run__photo__lesion_id")
    photo = filters.NumberFilter(field_name="run__photo_id")
    state = filters.ChoiceFilter(field_name="review__state", choices=Review.State.choices)
    versions = filters.ChoiceFilter(
        choices=[("final", "final"), ("all", "all")],
        method="keep",
        help_text="In lists, `final`, the default: one version a photo, the signed one or else the newest "
        "draft. `all`: every version of every run.",
    )

    def keep(
        self, assessments: LesionAssessmentQuerySet, _name: str, versions: str
    ) -> LesionAssessmentQuerySet:
        return assessments if versions == "all" else assessments.final()

    def filter_queryset(self, queryset: LesionAssessmentQuerySet) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["versions"] else self.keep(found, "versions", "final")


class LesionAssessmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = (
        LesionAssessment.objects.select_related(
            "run__photo__visit",
            "run__lesion_unet",
            "run__lesion_deeplab",
            "run__lesion_resnet",
            "run__lesion_fusion",
            "picked",
            "author",
            "review__signer",
        )
        .prefetch_related("run__lesion_readings")
        .order_by("pk")
    )
    serializer_class = LesionAssessmentSerializer
    filterset_class = LesionAssessmentFilter

    def filter_queryset(self, queryset: Any) -> Any:
        """An address names one version, whichever counts now; lists are filtered."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(request=ChosenMaskSerializer, responses={200: LesionAssessmentSerializer, **CONFLICT})
    @action(detail=True, methods=["post"], url_path="choose-mask")
    def choose_mask(self, request: Request, **_address: Any) -> Response:
        """Take the other segmenter's mask, with its description and estimate, as a new version."""
        form = ChosenMaskSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(
            lambda one: choose_mask(assessment=one, author=staff_of(request), **form.validated_data)
        )

    @extend_schema(request=NoteSerializer, responses={200: LesionAssessmentSerializer, **CONFLICT})
    @action(detail=True, methods=["post"])
    def note(self, request: Request, **_address: Any) -> Response:
        """Word the clinical note anew, as a new version."""
        form = NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(
            lambda one: edit_note(assessment=one, author=staff_of(request), **form.validated_data)
        )

    @extend_schema(
        request=None,
        responses={
            200: LesionAssessmentSerializer,
            403: OpenApiResponse(description="Only dermatologists sign."),
            **CONFLICT,
        },
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, **_address: Any) -> Response:
        """Sign this very version; it becomes final. There is no way back, only a newer signature."""
        return self._answer(lambda one: sign_review(review=one.review, signer=staff_of(request)))

    def _answer(self, deed: Callable[[LesionAssessment], Review]) -> Response:
        try:
            review = deed(self.get_object())
        except ReviewRefused as refusal:
            answer = {"code": refusal.code, "detail": refusal.message}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(self.get_queryset().get(review=review)).data)


ROUTES: tuple[Route, ...] = (("lesion-assessments", LesionAssessmentViewSet, "lesion-assessment"),)
