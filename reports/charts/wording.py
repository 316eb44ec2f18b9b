"""How the numbers, the statuses and the verdicts are said, in one place for the page, the chart and the PDF.

Every sentence passes through a `translate` function, the identity by default, so that this module needs no
framework; the web application hands in its gettext.
"""

from collections.abc import Callable

from reports.charts.comparability import PAIR_RULES, Difference, Refusal
from reports.charts.response import Change, Verdict
from reports.charts.series import Reading, Status, Track

Translate = Callable[[str], str]

MINUS = "\N{MINUS SIGN}"


def same(text: str) -> str:
    """The translation of a text into its own language."""
    return text


def axis_title(_: Translate = same) -> str:
    return _("F-Vitiligo (% of visible face)")


def track_name(track: Track, _: Translate = same) -> str:
    return {
        Track.LEFT: _("Left"),
        Track.FRONT: _("Front"),
        Track.RIGHT: _("Right"),
        Track.POOLED: _("Three views pooled"),
    }[track]


def status_name(status: Status, _: Translate = same) -> str:
    return {
        Status.MEASURED: _("measured"),
        Status.NOT_MEASURABLE: _("not measurable"),
        Status.FAILED: _("failed"),
        Status.WAITING: _("being analysed"),
    }[status]


def difference_name(difference: Difference, _: Translate = same) -> str:
    return {
        Difference.NOT_MEASURED: _("a photo was not measured"),
        Difference.VIEW: _("the views differ"),
        Difference.MODALITY: _("the light differs"),
        Difference.MAKE_UP: _("make-up"),
        Difference.SUNSCREEN: _("sunscreen"),
        Difference.CAMOUFLAGE: _("camouflage"),
        Difference.SKIN_UNKNOWN: _("skin condition not recorded"),
        Difference.QUALITY_FAILED: _("a photo did not pass the quality check"),
        Difference.QUALITY_WARNED: _("the quality check gave a warning"),
        Difference.RELEASE: _("the model release differs"),
    }[difference]


def refusal_text(refusal: Refusal, _: Translate = same) -> str:
    """The reason and the visit that gives it: 'sunscreen (2026-03-03)'."""
    name = difference_name(refusal.difference, _)
    if len(refusal.readings) > 1 and refusal.difference in PAIR_RULES:
        return name
    days = dict.fromkeys(reading.taken_on.isoformat() for reading in refusal.readings)
    return f"{name} ({', '.join(days)})"


def percent_text(value: float) -> str:
    """A share with one decimal. A share that is there is never rounded down to nothing."""
    if 0 < value < 0.05:
        return "< 0.1 %"
    return f"{value:.1f} %"


def span_text(low: float, high: float, _: Translate = same) -> str:
    """The interval around a share, to stand in brackets behind it: '10.9 to 13.8'."""
    ends = [percent_text(end).removesuffix(" %") for end in (low, high)]
    return _("{low} to {high}").format(low=ends[0], high=ends[1])


def signed_text(value: float, digits: int) -> str:
    rounded = round(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{MINUS if rounded < 0 else '+'}{abs(rounded):.{digits}f}"


def reading_text(reading: Reading, _: Translate = same) -> str:
    """The value, or the status and its reason: 'not measurable: no face was found'."""
    if reading.f_vitiligo is not None:
        return percent_text(reading.f_vitiligo)
    name = status_name(reading.status, _)
    return f"{name}: {_(reading.reason)}" if reading.reason else name


def points_text(change: Change, _: Translate = same) -> str:
    return _("{points} points").format(points=signed_text(change.points, 1))


def percent_of_baseline_text(change: Change, _: Translate = same) -> str:
    if change.percent is None:
        return _("undefined, the baseline is 0 %")
    # What is left is never rounded away: a change reads -100 % only when nothing is left.
    if -100 < change.percent < -99.5:
        return f"{signed_text(max(change.percent, -99.9), 1)} %"
    return f"{signed_text(change.percent, 0)} %"


def change_text(change: Change, _: Translate = same) -> str:
    """Points and per cent of baseline: '-6.2 points (-34 %)'."""
    if change.percent is None:
        return _("{points}, baseline 0 %").format(points=points_text(change, _))
    return f"{points_text(change, _)} ({percent_of_baseline_text(change, _)})"


def verdict_text(change: Change, _: Translate = same) -> str:
    """What may be said of a change, or every reason why nothing may be."""
    if change.verdict is Verdict.NOT_COMPARABLE:
        reasons = ", ".join(refusal_text(refusal, _) for refusal in change.refusals)
        return _("not comparable: {reasons}").format(reasons=reasons)
    if change.sdc95 is None:
        return _("the measurement error of this release is not known")
    if change.verdict is Verdict.BEYOND_ERROR:
        return _("more than measurement error ({sdc})").format(sdc=f"{change.sdc95:.1f}")
    return _("within measurement error ({sdc})").format(sdc=f"{change.sdc95:.1f}")
