from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "clinic.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from clinic import checks  # noqa: F401  importing registers the checks
