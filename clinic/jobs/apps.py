from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "clinic.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from clinic.health import register_probe
        from clinic.jobs.models import Worker

        register_probe("worker", lambda: "" if Worker.objects.alive().exists() else "none is running")
