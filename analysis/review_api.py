"""Reviews in the REST API: which version of a measurement counts, who signed it, and signing."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.models import Review
from analysis.review_rules import ReviewRefused
from analysis.reviews import sign_review
from clinic.accounts.models import User
from clinic.api import RefusalSerializer, Route, StaffViewSet, staff_of


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """One version of a measurement. A researcher reads no names: `signer` and `author` are null."""

    visit = serializers.IntegerField(source="photo.visit_id", read_only=True)
    run = serializers.IntegerField(source="measurement.run_id", read_only=True)
    version = serializers.IntegerField(source="measurement.version", read_only=True)
    f_vitiligo = serializers.FloatField(source="measurement.f_vitiligo", read_only=True)
    author = serializers.SerializerMethodField(help_text="Null where the model made the masks.")
    reason = serializers.CharField(source="measurement.reason", read_only=True)
    dice_face = serializers.FloatField(source="measurement.dice_face", read_only=True, allow_null=True)
    dice_vitiligo = serializers.FloatField(
        source="measurement.dice_vitiligo", read_only=True, allow_null=True
    )
    signer = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = (
            "id",
            "photo",
            "visit",
            "run",
            "measurement",
            "version",
            "state",
            "f_vitiligo",
            "author",
            "reason",
            "dice_face",
            "dice_vitiligo",
            "signer",
            "signed_at",
            "superseded_at",
        )

    def get_author(self, review: Review) -> str | None:
        return self._name(review.result.author)

    def get_signer(self, review: Review) -> str | None:
        return self._name(review.signer)

    def _name(self, person: User | None) -> str | None:
        if person is None or not staff_of(self.context["request"]).may_identify:
            return None
        return person.get_username()


class ReviewFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="photo__visit__patient_id")
    visit = filters.NumberFilter(field_name="photo__visit_id")
    photo = filters.NumberFilter(field_name="photo_id")
    state = filters.ChoiceFilter(choices=Review.State.choices)


class ReviewViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StaffViewSet):
    queryset = (
        Review.objects.of_faces().select_related("photo", "measurement__author", "signer").order_by("pk")
    )
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    @extend_schema(
        request=None,
        responses={
            200: ReviewSerializer,
            403: OpenApiResponse(description="Only dermatologists sign."),
            409: OpenApiResponse(RefusalSerializer, description="Not the newest version any more."),
        },
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, **_kwargs: Any) -> Response:
        """Sign this very version; its value becomes final. There is no way back, only a newer signature."""
        try:
            review = sign_review(review=self.get_object(), signer=staff_of(request))
        except ReviewRefused as refusal:
            answer = {"code": refusal.code, "detail": refusal.message}
            return Response(answer, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(self.get_queryset().get(pk=review.pk)).data)


ROUTES: tuple[Route, ...] = (("reviews", ReviewViewSet, "review"),)
