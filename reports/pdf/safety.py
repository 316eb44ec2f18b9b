"""The sentences that go with every number that leaves the clinic on paper."""

from collections.abc import Sequence

from reports.charts.wording import Translate, same


def product_sentence(_: Translate = same) -> str:
    return _(
        "Research and education software. It has not been cleared, approved or CE-marked as a medical "
        "device. It supports, and does not replace, the judgement of a qualified dermatologist. "
        "It does not give a diagnosis."
    )


def measurement_sentence(sdc95: float | None, _: Translate = same) -> str:
    meaning = _(
        "F-Vitiligo is the share of visible face pixels marked as vitiligo in this view. It is not F-VASI "
        "and does not grade the degree of pigment loss."
    )
    return f"{meaning} {_error_sentence(sdc95, _)}"


def _error_sentence(sdc95: float | None, _: Translate) -> str:
    if sdc95 is None:
        return _("The measurement error of this release is not known; no difference is called a change.")
    return _("Differences below {sdc} percentage points are within measurement error.").format(
        sdc=f"{sdc95:.1f}"
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
