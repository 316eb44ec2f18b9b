"""The ground of the REST API: who may come in, what is seen, what is noted. Each app adds its own routes."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.urls import URLPattern, URLResolver, path
from django.views.generic import TemplateView
from drf_spectacular.utils import OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import permissions, serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ViewSetMixin

from clinic.accounts.models import User
from clinic.audit.logins import address_of, record_login
from clinic.audit.models import Event
from clinic.audit.services import record

Route = tuple[str, type[ViewSetMixin], str]


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class StaffPermission(permissions.IsAuthenticated):
    """Everyone on the staff may ask; only those who may record may add or change."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        return request.method in permissions.SAFE_METHODS or staff_of(request).may_record


def staff_of(request: Request) -> User:
    """The member of staff behind a request that was let in."""
    if not isinstance(request.user, User):
        raise TypeError("The request was not let in yet.")
    return request.user


class StaffViewSet(GenericViewSet[Any]):
    """Rows that the user may see; any other is not found. Every read leaves an audit event.

    Mixins of REST framework add the actions. `queryset` needs `visible_to`.
    """

    permission_classes = (StaffPermission,)
    pagination_class = Pages

    def get_queryset(self) -> models.QuerySet[Any]:
        rows: Any = super().get_queryset()
        drawn_up = getattr(self, "swagger_fake_view", False)  # the schema is made without anyone asking
        visible: models.QuerySet[Any] = rows.none() if drawn_up else rows.visible_to(staff_of(self.request))
        return visible

    def get_object(self) -> Any:
        target = super().get_object()
        if self.request.method in permissions.SAFE_METHODS:
            record(user=staff_of(self.request), action=Event.Action.READ, target=target, detail={"by": "api"})
        return target

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        keys = [row.pk for row in page or ()]
        detail = {"by": "api", "list": self.get_queryset().model._meta.label_lower, "keys": keys}
        record(user=staff_of(self.request), action=Event.Action.READ, target=None, detail=detail)
        return page


class VisibleKey(serializers.PrimaryKeyRelatedField[Any]):
    """A key of another row. One that the user may not see does not exist."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rows: Any = super().get_queryset()
        request = self.context.get("request")
        visible: models.QuerySet[Any] = rows.none() if request is None else rows.visible_to(staff_of(request))
        return visible


class RuledSerializer(serializers.ModelSerializer[Any]):
    """Asks the model's own rules too, so that a wrong value is a sentence and not a database error."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        model: type[models.Model] = self.Meta.model
        row = model() if self.instance is None else copy(self.instance)
        for name, value in attrs.items():
            setattr(row, name, value)
        try:
            row.clean()
            row.validate_constraints()
        except ValidationError as error:
            raise refused(error) from error
        return attrs


def refused(error: ValidationError) -> serializers.ValidationError:
    """What Django refused, beside the fields where it knows them."""
    if not hasattr(error, "error_dict"):
        return serializers.ValidationError({"non_field_errors": error.messages})
    by_field = dict(error.message_dict)
    general = by_field.pop(NON_FIELD_ERRORS, [])
    return serializers.ValidationError({**by_field, **({"non_field_errors": general} if general else {})})


class RefusalSerializer(serializers.Serializer[Any]):
    """Why something was not done: `code` for a program, `detail` for a person."""

    code = serializers.CharField()
    detail = serializers.CharField()


class TokenThrottle(AnonRateThrottle):
    """Beside the brake on guesses for one name: few requests for a token from one address."""

    rate = "20/minute"

    def get_ident(self, request: Request) -> str:
        """As our own proxies saw it: a header that the caller may write makes nobody a newcomer."""
        return address_of(request)


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(read_only=True)


class TokenView(APIView):
    """POST a user name and a password for a token; DELETE takes the token back."""

    throttle_classes = (TokenThrottle,)

    def get_permissions(self) -> Sequence[permissions.BasePermission]:
        return [permissions.AllowAny()] if self.request.method == "POST" else [permissions.IsAuthenticated()]

    @extend_schema(request=AuthTokenSerializer, responses=TokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        form = AuthTokenSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        user = form.validated_data["user"]
        token, _made = Token.objects.get_or_create(user=user)
        record_login(request, user)
        return Response({"token": token.key})

    @extend_schema(request=None, responses={204: OpenApiResponse(description="The token is void.")})
    def delete(self, request: Request) -> Response:
        Token.objects.filter(user=staff_of(request)).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class DocsView(TemplateView):
    """The schema as a page to read and try, from the application's own static files."""

    template_name = "api/docs.html"


def api_urls(*routes: Route) -> list[URLPattern | URLResolver]:
    """The addresses of all routes, of the token and of the schema."""
    router = SimpleRouter()
    for prefix, viewset, basename in routes:
        router.register(prefix, viewset, basename=basename)
    return [
        path("docs/", DocsView.as_view(), name="docs"),
        path("token/", TokenView.as_view(), name="token"),
        path(
            "schema/",
            SpectacularAPIView.as_view(permission_classes=[permissions.IsAuthenticated]),
            name="schema",
        ),
        *router.urls,
    ]
