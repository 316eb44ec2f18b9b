"""Pages about accounts: the list and the forms of administrators, and everyone's own password."""

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clinic.accounts.forms import NewUserForm, UserForm
from clinic.accounts.models import User
from clinic.accounts.staff import StaffRequest, require_administrator
from clinic.audit.models import Event
from clinic.audit.services import record

form_view = require_http_methods(["GET", "POST"])


class PasswordChange(SuccessMessageMixin, PasswordChangeView):  # type: ignore[type-arg]
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("pages:worklist")
    success_message = gettext_lazy("Your password is changed.")


@require_GET
def users(request: StaffRequest) -> HttpResponse:
    require_administrator(request)
    return render(request, "accounts/users.html", {"staff": User.objects.order_by("-is_active", "username")})


@form_view
def user_create(request: StaffRequest) -> HttpResponse:
    require_administrator(request)
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = form.save()
            record(
                user=request.user, action=Event.Action.CREATE, target=user, detail={"role": str(user.role)}
            )
        messages.success(request, _("The account is open."))
        return redirect("accounts:users")
    status = 422 if form.errors else 200
    return render(request, "accounts/user_form.html", {"form": form}, status=status)


@form_view
def user_edit(request: StaffRequest, pk: int) -> HttpResponse:
    require_administrator(request)
    account = get_object_or_404(User, pk=pk)
    username = account.username
    form = UserForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            fields = {"fields": sorted(form.changed_data), "role": str(account.role)}
            record(user=request.user, action=Event.Action.CHANGE, target=account, detail=fields)
        messages.success(request, _("The account is corrected."))
        return redirect("accounts:users")
    status = 422 if form.errors else 200
    return render(request, "accounts/user_form.html", {"form": form, "username": username}, status=status)
