"""Patients and visits in the REST API. A researcher reads pseudonyms; names and notes stay inside."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_filters import rest_framework as filters
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers

from clinic.api import Route, RuledSerializer, VisibleKey, staff_of
from patients import services
from patients.consents.api import ConsentViewSet
from patients.entries.api import WritingViewSet, apply
from patients.lesions import api as lesions_api
from patients.models import Patient, PatientQuerySet, Purpose, Visit
from patients.phototherapy import api as phototherapy_api
from patients.scores import api as scores_api
from patients.therapy import api as therapy_api

CLINICAL = ("id", "pseudonym", "sex", "phototype", "vitiligo_type", "facial_subtype", "is_synthetic", "age")


class PseudonymousPatientSerializer(serializers.ModelSerializer[Patient]):
    """What a researcher may know of a patient."""

    pseudonym = serializers.CharField(read_only=True)
    age = serializers.IntegerField(read_only=True)

    class Meta:
        model = Patient
        fields = CLINICAL
        read_only_fields = fields


class PatientSerializer(RuledSerializer):
    pseudonym = serializers.CharField(read_only=True)
    age = serializers.IntegerField(read_only=True)
    consents = serializers.ListField(
        child=serializers.ChoiceField(choices=Purpose.choices),
        write_only=True,
        required=False,
        default=list,
        help_text="Purposes the patient agreed to today; when the record is opened.",
    )

    class Meta:
        model = Patient
        fields = (
            *CLINICAL,
            "record_number",
            "name",
            "birth_date",
            "onset_year",
            "follow_up_weeks",
            "consents",
        )
        read_only_fields = ("is_synthetic",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        super().validate({name: value for name, value in attrs.items() if name != "consents"})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Patient:
        return services.create_patient(by=staff_of(self.context["request"]), **validated_data)

    def update(self, patient: Patient, validated_data: dict[str, Any]) -> Patient:
        validated_data.pop("consents", None)
        apply(patient, validated_data)
        user = staff_of(self.context["request"])
        return services.correct_patient(patient=patient, changed=list(validated_data), by=user)


FOR_ROLE = PolymorphicProxySerializer(
    component_name="PatientForRole",
    serializers=[PatientSerializer, PseudonymousPatientSerializer],
    resource_type_field_name=None,
)


class PatientFilter(filters.FilterSet):
    search = filters.CharFilter(method="find", help_text="A part of the name or of the record number.")

    def find(self, patients: PatientQuerySet, _name: str, text: str) -> models.QuerySet[Patient]:
        """A researcher must not find out by asking who is behind a pseudonym."""
        return patients.search(text) if staff_of(self.request).may_identify else patients.none()


@extend_schema_view(list=extend_schema(responses=FOR_ROLE), retrieve=extend_schema(responses=FOR_ROLE))
class PatientViewSet(WritingViewSet):
    # Not by name: the order alone would tell a researcher something.
    queryset = Patient.objects.order_by("pk")
    serializer_class = PatientSerializer
    filterset_class = PatientFilter

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        if getattr(self, "swagger_fake_view", False) or staff_of(self.request).may_identify:
            return PatientSerializer
        return PseudonymousPatientSerializer


class VisitSerializer(RuledSerializer):
    """`notes` is left out for researchers: people write names into notes."""

    patient = VisibleKey(queryset=Patient.objects.all())

    class Meta:
        model = Visit
        fields = ("id", "patient", "date", "skin_condition", "notes")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated and not staff_of(request).may_identify:
            fields.pop("notes")
        return fields

    def validate_patient(self, patient: Patient) -> Patient:
        if self.instance is not None and self.instance.patient_id != patient.pk:
            raise serializers.ValidationError("A visit stays with its patient.")
        return patient

    def create(self, validated_data: dict[str, Any]) -> Visit:
        return services.create_visit(by=staff_of(self.context["request"]), **validated_data)

    def update(self, visit: Visit, validated_data: dict[str, Any]) -> Visit:
        apply(visit, validated_data)
        user = staff_of(self.context["request"])
        return services.correct_visit(visit=visit, changed=list(validated_data), by=user)


class VisitFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="patient_id")


class VisitViewSet(WritingViewSet):
    queryset = Visit.objects.order_by("pk")
    serializer_class = VisitSerializer
    filterset_class = VisitFilter


ROUTES: tuple[Route, ...] = (
    ("patients", PatientViewSet, "patient"),
    ("visits", VisitViewSet, "visit"),
    ("consents", ConsentViewSet, "consent"),
    *therapy_api.ROUTES,
    *phototherapy_api.ROUTES,
    *scores_api.ROUTES,
    *lesions_api.ROUTES,
)
