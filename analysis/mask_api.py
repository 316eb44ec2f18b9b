"""Saving edited masks over the REST API: what the mask editor posts, and what a program may post as well."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.mask_uploads import read_mask_upload
from analysis.models import Mask, Measurement, Review, Run
from analysis.review_rules import ReviewRefused, Superseded
from analysis.reviews import save_masks
from clinic.api import RefusalSerializer, Route, StaffViewSet, staff_of

RUN = OpenApiParameter("run", OpenApiTypes.INT, OpenApiParameter.PATH, description="Whose masks they are.")


class NewMasksSerializer(serializers.Serializer[Any]):
    """Masks as PNG pictures of the photo's size, 0 outside and 1 or 255 inside; at least one of the two."""

    reason = serializers.CharField(max_length=300)
    based_on = serializers.IntegerField(min_value=1, help_text="The version that was edited.")
    face = serializers.FileField(required=False)
    vitiligo = serializers.FileField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "face" not in attrs and "vitiligo" not in attrs:
            raise serializers.ValidationError("Send a face mask, a vitiligo mask, or both.")
        return attrs


class VersionSerializer(serializers.ModelSerializer[Measurement]):
    author = serializers.CharField(source="author.username", read_only=True, default=None)
    face = serializers.SerializerMethodField()
    vitiligo = serializers.SerializerMethodField()

    class Meta:
        model = Measurement
        fields = (
            "id",
            "run",
            "version",
            "author",
            "reason",
            "created_at",
            "n_face",
            "n_vitiligo",
            "f_vitiligo",
            "dice_face",
            "dice_vitiligo",
            "face",
            "vitiligo",
        )

    def get_face(self, measurement: Measurement) -> str:
        return mask_address(measurement, Mask.Kind.FACE)

    def get_vitiligo(self, measurement: Measurement) -> str:
        return mask_address(measurement, Mask.Kind.VITILIGO)


class ConflictSerializer(RefusalSerializer):
    """`newest` is the version to build on instead; null where the run itself was overtaken."""

    newest = VersionSerializer(allow_null=True)


class RunMasksViewSet(StaffViewSet):
    """The versions of one run's masks."""

    queryset = Run.objects.select_related("photo")
    serializer_class = NewMasksSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(
        parameters=[RUN],
        responses={201: VersionSerializer, 400: RefusalSerializer, 409: ConflictSerializer},
    )
    def create(self, request: Request, run: str) -> Response:
        """Save a new version on top of `based_on`. 409 when that is not the newest version any more."""
        edited = get_object_or_404(self.get_queryset(), pk=run)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            review = _save(edited, request, form.validated_data)
        except Superseded as refusal:
            newest = _version_to_build_on(edited, form.validated_data["based_on"])
            said = {**_said(refusal), "newest": VersionSerializer(newest).data if newest else None}
            return Response(said, status=status.HTTP_409_CONFLICT)
        except ReviewRefused as refusal:
            return Response(_said(refusal), status=status.HTTP_400_BAD_REQUEST)
        return Response(VersionSerializer(review.measurement).data, status=status.HTTP_201_CREATED)


def mask_address(measurement: Measurement, kind: Mask.Kind) -> str:
    """Where one mask of a version is read, pixel by pixel."""
    address = reverse("analysis:mask_pixels", args=[measurement.run_id, kind.value])
    return f"{address}?version={measurement.version}"


def _save(run: Run, request: Request, values: dict[str, Any]) -> Review:
    size = {"width": run.photo.width, "height": run.photo.height}
    masks = {kind: read_mask_upload(values[kind], **size) for kind in ("face", "vitiligo") if kind in values}
    return save_masks(
        run=run, author=staff_of(request), reason=values["reason"], based_on=values["based_on"], **masks
    )


def _version_to_build_on(run: Run, based_on: int) -> Measurement | None:
    standing = run.measurements.exclude(review__state=Review.State.SUPERSEDED)
    return standing.filter(version__gt=based_on).select_related("author").order_by("-version").first()


def _said(refusal: ReviewRefused) -> dict[str, Any]:
    return {"code": refusal.code, "detail": refusal.message}


ROUTES: tuple[Route, ...] = (("runs/(?P<run>[0-9]+)/masks", RunMasksViewSet, "run-masks"),)
