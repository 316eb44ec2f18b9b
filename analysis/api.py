"""Runs and measurements in the REST API. A run without a number says why; it never reads as 0 %."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis import services
from analysis.models import Measurement, MeasurementQuerySet, ModelRelease, Override, Review, Run
from analysis.overrides import LONGEST_REASON, OverrideRefused, override_warning
from clinic.api import RefusalSerializer, Route, StaffViewSet, VisibleKey, staff_of
from imaging.models import Photo, View


class ReleaseSerializer(serializers.ModelSerializer[ModelRelease]):
    class Meta:
        model = ModelRelease
        fields = ("task", "name", "sha256")


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    """Pixel counts of one run, with everything that says where they come from."""

    patient = serializers.IntegerField(source="run.photo.visit.patient_id", read_only=True)
    visit = serializers.IntegerField(source="run.photo.visit_id", read_only=True)
    date = serializers.DateField(source="run.photo.visit.date", read_only=True)
    photo = serializers.IntegerField(source="run.photo_id", read_only=True)
    state = serializers.ChoiceField(source="review.state", choices=Review.State.choices, read_only=True)
    view = serializers.ChoiceField(source="run.photo.view", choices=View.choices, read_only=True)
    f_vitiligo = serializers.FloatField(
        read_only=True, help_text="Per cent of visible face pixels, 0 to 100."
    )
    f_vitiligo_least = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="F-Vitiligo without its uncertain borders; null where the release knows no interval.",
    )
    f_vitiligo_most = serializers.FloatField(
        read_only=True, allow_null=True, help_text="F-Vitiligo with its uncertain borders, or null."
    )
    releases = serializers.SerializerMethodField()

    class Meta:
        model = Measurement
        fields = (
            "id",
            "patient",
            "visit",
            "date",
            "photo",
            "view",
            "run",
            "version",
            "state",
            "n_face",
            "n_vitiligo",
            "f_vitiligo",
            "n_least",
            "n_most",
            "f_vitiligo_least",
            "f_vitiligo_most",
            "n_glare",
            "n_vitiligo_glare",
            "f_vitiligo_without_glare",
            "face_box",
            "landmarks",
            "yaw",
            "pitch",
            "roll",
            "releases",
            "created_at",
        )

    @extend_schema_field(ReleaseSerializer(many=True))
    def get_releases(self, measurement: Measurement) -> Any:
        return releases_of(measurement.run)


class OverrideSerializer(serializers.ModelSerializer[Override]):
    """A warning that a clinician accepted. The words of the reason are for those who treat the patient."""

    reason = serializers.SerializerMethodField(help_text="Empty for a researcher.")
    made_by = serializers.SerializerMethodField(help_text="User name; empty for a researcher.")

    class Meta:
        model = Override
        fields = ("code", "reason", "made_by", "made_at")

    def get_reason(self, override: Override) -> str:
        return override.reason if self._may_identify() else ""

    def get_made_by(self, override: Override) -> str:
        return override.made_by.username if self._may_identify() else ""

    def _may_identify(self) -> bool:
        return staff_of(self.context["request"]).may_identify


class RunSerializer(serializers.ModelSerializer[Run]):
    """One analysis. Unless `status` is `done` there is no result, and `reason` says why."""

    f_vitiligo = serializers.FloatField(source="standing.f_vitiligo", read_only=True, default=None)
    measurement = serializers.SerializerMethodField(
        help_text="The signed version, or else the newest; null for a lesion, which has assessments."
    )
    releases = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True, help_text="A sentence fit to show.")
    overrides = OverrideSerializer(many=True, read_only=True)

    class Meta:
        model = Run
        fields = (
            "id",
            "photo",
            "kind",
            "status",
            "stage",
            "attempt",
            "reason_code",
            "reason",
            "measurement",
            "f_vitiligo",
            "quality",
            "overrides",
            "timings_ms",
            "releases",
            "created_at",
            "started_at",
            "finished_at",
        )

    def get_measurement(self, run: Run) -> int | None:
        return run.standing.pk if run.standing else None

    @extend_schema_field(ReleaseSerializer(many=True))
    def get_releases(self, run: Run) -> Any:
        return releases_of(run)


class NewRunSerializer(serializers.Serializer[Any]):
    photo = VisibleKey(queryset=Photo.objects.standing())


class NewOverrideSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Of the finding that warns.")
    reason = serializers.CharField(max_length=LONGEST_REASON)


def releases_of(run: Run) -> Any:
    return ReleaseSerializer(run.releases, many=True).data


class RunFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="photo__visit__patient_id")
    visit = filters.NumberFilter(field_name="photo__visit_id")
    photo = filters.NumberFilter(field_name="photo_id")
    kind = filters.ChoiceFilter(choices=Run.Kind.choices)
    status = filters.ChoiceFilter(choices=Run.Status.choices)


class RunViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = (
        Run.objects.select_related(*Run.RELEASE_COLUMNS.values())
        .prefetch_related("measurements__review")
        .with_overrides()
        .order_by("pk")
    )
    serializer_class = RunSerializer
    filterset_class = RunFilter

    @extend_schema(request=NewRunSerializer, responses={201: RunSerializer})
    def create(self, request: Request) -> Response:
        """Have a photo analysed again, by the releases that are active now."""
        form = NewRunSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        run = services.rerun(photo=form.validated_data["photo"], user=staff_of(request))
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=NewOverrideSerializer,
        responses={201: OverrideSerializer, 400: OpenApiResponse(RefusalSerializer, description="Refused.")},
    )
    @action(detail=True, methods=["post"])
    def overrides(self, request: Request, pk: str) -> Response:  # noqa: ARG002
        """Accept a warning of this run, with the reason: for those who may sign."""
        form = NewOverrideSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        try:
            override = override_warning(run=self.get_object(), user=staff_of(request), **form.validated_data)
        except OverrideRefused as refusal:
            answer = {"code": "override_refused", "detail": str(refusal)}
            return Response(answer, status=status.HTTP_400_BAD_REQUEST)
        answer = OverrideSerializer(override, context=self.get_serializer_context()).data
        return Response(answer, status=status.HTTP_201_CREATED)


class MeasurementFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="run__photo__visit__patient_id")
    visit = filters.NumberFilter(field_name="run__photo__visit_id")
    photo = filters.NumberFilter(field_name="run__photo_id")
    view = filters.ChoiceFilter(field_name="run__photo__view", choices=View.choices)
    versions = filters.ChoiceFilter(
        choices=[("final", "final"), ("all", "all")],
        method="keep",
        help_text="`final`, the default: one value a photo, the signed one or else the newest draft. "
        "`all`: every version of every run.",
    )

    def keep(self, measurements: MeasurementQuerySet, _name: str, versions: str) -> MeasurementQuerySet:
        return measurements if versions == "all" else measurements.final()

    def filter_queryset(self, queryset: MeasurementQuerySet) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["versions"] else self.keep(found, "versions", "final")


class MeasurementViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = Measurement.objects.select_related(
        "run__photo__visit", "run__detector", "run__matting", "run__vitiligo", "review"
    ).order_by("pk")
    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilter


ROUTES: tuple[Route, ...] = (
    ("runs", RunViewSet, "run"),
    ("measurements", MeasurementViewSet, "measurement"),
)
