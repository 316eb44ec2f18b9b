from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "clinic.audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        from clinic.audit import logins

        user_logged_in.connect(logins.record_login, dispatch_uid="audit_login")
        user_login_failed.connect(logins.record_failed_login, dispatch_uid="audit_login_failed")
