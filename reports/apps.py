from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from clinic.final_rows import keep_final
        from reports.finality import FINAL_ROWS

        keep_final(self, FINAL_ROWS)
