"""The sentences that go with every number that leaves the clinic on paper."""

from collections.abc import Sequence

from reports.charts import Errors, Track, error_of
from reports.charts.series import VIEWS
from reports.charts.wording import Translate, same, track_name


def product_sentence(_: Translate = same) -> str:
    return _(
        "Research and education software. It has not been cleared, approved or CE-marked as a medical "
        "device. It supports, and does not replace, the judgement of a qualified dermatologist. "
        "It does not give a diagnosis."
    )


def measurement_sentence(sdc95: Errors, _: Translate = same) -> str:
    meaning = _(
        "F-Vitiligo is the share of visible face pixels marked as vitiligo in this view. It is not F-VASI "
        "and does not grade the degree of pigment loss."
    )
    return f"{meaning} {_error_sentence(sdc95, _)}"


def _error_sentence(sdc95: Errors, _: Translate) -> str:
    known = {track: f"{error:.1f}" for track in VIEWS if (error := error_of(sdc95, track)) is not None}
    if not known:
        return _("The measurement error of this release is not known; no difference is called a change.")
    by_view = ", ".join(f"{error} ({track_name(track, _)})" for track, error in known.items())
    alike = len(known) == len(VIEWS) and len(set(known.values())) == 1
    return _("Differences below {sdc} percentage points are within measurement error.").format(
        sdc=known[Track.LEFT] if alike else by_view
    )


def lesion_sentence(_: Translate = same) -> str:
    return _(
        "Image-based estimate. A low probability does not exclude skin cancer. Any new, changing, bleeding "
        "or symptomatic lesion needs examination; diagnosis requires clinical assessment, dermoscopy and, "
        "where indicated, histopathology."
    )


def draft_sentence(releases: Sequence[str], _: Translate = same) -> str:
    return _("Draft produced by software {release}; not reviewed by a clinician.").format(
        release=", ".join(releases)
    )


def missing_script_sentence(scripts: Sequence[str], _: Translate = same) -> str:
    return _(
        "Some characters are shown as boxes: no installed font covers {scripts}. "
        "The record in the application is complete."
    ).format(scripts=", ".join(scripts))
