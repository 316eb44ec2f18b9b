"""Consents in the REST API: given and withdrawn, never deleted."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.api import RuledSerializer, StaffViewSet, VisibleKey, staff_of
from patients.consents.forms import WithdrawalForm
from patients.models import Consent, Patient, Purpose
from patients.services import give_consent, withdraw_consent


class ConsentSerializer(RuledSerializer):
    patient = VisibleKey(queryset=Patient.objects.all())

    class Meta:
        model = Consent
        fields = (
            "id",
            "patient",
            "purpose",
            "given_on",
            "document",
            "withdrawn_on",
            "withdrawal_document",
        )
        read_only_fields = ("withdrawn_on", "withdrawal_document")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """A document's name may tell whose it is."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated and not staff_of(request).may_identify:
            fields.pop("document")
            fields.pop("withdrawal_document")
        return fields

    def create(self, validated_data: dict[str, Any]) -> Consent:
        return give_consent(by=staff_of(self.context["request"]), **validated_data)


class WithdrawalSerializer(serializers.Serializer[Any]):
    withdrawn_on = serializers.DateField()
    withdrawal_document = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ConsentFilter(filters.FilterSet):
    patient = filters.NumberFilter(field_name="patient_id")
    purpose = filters.ChoiceFilter(choices=Purpose.choices)
    standing = filters.BooleanFilter(field_name="withdrawn_on", lookup_expr="isnull")


class ConsentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, StaffViewSet):
    queryset = Consent.objects.select_related("patient").order_by("pk")
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilter

    @extend_schema(request=WithdrawalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_address: Any) -> Response:
        """From the day of the withdrawal nothing more may be done under this consent."""
        consent = self.get_object()
        form = WithdrawalForm(request.data, instance=consent)
        if consent.withdrawn_on is not None or not form.is_valid():
            errors = {name: [str(one) for one in found] for name, found in form.errors.items()}
            raise serializers.ValidationError(errors or {"withdrawn_on": ["It is withdrawn already."]})
        withdrawn = withdraw_consent(consent=consent, by=staff_of(request), **form.cleaned_data)
        return Response(self.get_serializer(withdrawn).data)
