from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = _("Analysis")

    def ready(self) -> None:
        from analysis.finality import FINAL_ROWS
        from analysis.readiness import missing_releases
        from analysis.receivers import analyse_placed_photo
        from analysis.services import recover_runs
        from clinic.final_rows import keep_final
        from clinic.health import register_probe
        from clinic.jobs.housekeeping import housekeeping
        from imaging.signals import photo_placed

        photo_placed.connect(analyse_placed_photo, dispatch_uid="analysis.analyse_placed_photo")
        housekeeping(recover_runs)
        keep_final(self, FINAL_ROWS)
        register_probe("releases", missing_releases)
