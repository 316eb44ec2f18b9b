"""How numbers are written on pages: the same words as in the chart and the PDF."""

from django import template
from django.utils.translation import gettext as _

from analysis.heat import heat_of
from analysis.models import Mask, Measurement, ModelRelease, Run
from reports.capture import pose_advice
from reports.charts.series import Status
from reports.charts.wording import percent_text, signed_text, span_text, status_name
from reports.pages.findings import Finding, findings_of
from reports.pages.release_figures import promise_of
from reports.slots import WORDS, Slot

register = template.Library()


@register.filter
def share(value: float) -> str:
    """A percentage of the face; a small lesion never reads as none."""
    return percent_text(value)


@register.filter
def heat(value: float) -> int:
    """The degree of heat of a region's percentage, 0 to 5."""
    return heat_of(value)


@register.filter
def points(difference: float | None) -> str:
    """A difference of two shares with its sign; a dash where there is none."""
    return "–" if difference is None else signed_text(difference, 1)


@register.filter
def span(measurement: Measurement) -> str:
    """The interval of a measurement, '10.9 to 13.8'; nothing where the release knows none."""
    least, most = measurement.f_vitiligo_least, measurement.f_vitiligo_most
    return "" if least is None or most is None else span_text(least, most, _)


@register.filter
def promise(release: ModelRelease | None) -> str:
    """How often the intervals of a release held the truth; nothing where its card does not say."""
    return promise_of(release.card) if release else ""


@register.filter
def word_of(status: Status) -> str:
    return status_name(status, _).capitalize()


@register.filter
def run_word(status: str) -> str:
    return str(WORDS[status])


@register.filter
def advice_of(slot: Slot) -> list[str] | None:
    """How the head should move to match the last visit: nothing when the pose is the same."""
    return pose_advice(slot)


@register.filter
def state_of(status: Status) -> str:
    """The name of the icon and the colour of a reading's status; those of a run say the same."""
    return {Status.MEASURED: "done", Status.WAITING: "queued"}.get(status, status.value)


@register.filter
def open_warnings(run: Run | None) -> list[Finding]:
    """What speaks against a number and was not accepted: to be said while the patient is still there."""
    return [finding for finding in findings_of(run) if finding.is_open]


@register.filter
def short_hash(sha256: str) -> str:
    return sha256[:12]


@register.filter
def grouped(count: int) -> str:
    """A count of pixels in groups of three digits, parted by narrow spaces that do not break."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


@register.filter
def layer_name(kind: str) -> str:
    return {
        Mask.Kind.FACE.value: _("Face outline"),
        Mask.Kind.VITILIGO.value: _("Vitiligo"),
        Mask.Kind.GLARE.value: _("Glare"),
        Mask.Kind.UNCERTAIN.value: _("Uncertain border"),
    }[kind]


@register.filter
def layer_key(kind: str) -> str:
    """The key that switches a layer."""
    return kind[0]
