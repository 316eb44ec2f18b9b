"""The response of one patient over time, as values and as a figure. Pure: no Django, no drawing library.

`series` holds the readings and the pooled value, `comparability` the table of reasons why two readings may
not be compared, `response` the rule that says when a change may be called one, `wording` how it is said,
`layout` what every picture shares, `figure` the plotly figure.
"""

from reports.charts.comparability import Difference, Refusal, is_sound, refusals_between
from reports.charts.response import (
    Change,
    Errors,
    Outcome,
    Summary,
    Verdict,
    baseline_of,
    change_between,
    error_of,
    summarise,
)
from reports.charts.series import Reading, Series, Status, Track, pool, series_of

__all__ = [
    "Change",
    "Difference",
    "Errors",
    "Outcome",
    "Reading",
    "Refusal",
    "Series",
    "Status",
    "Summary",
    "Track",
    "Verdict",
    "baseline_of",
    "change_between",
    "error_of",
    "is_sound",
    "pool",
    "refusals_between",
    "series_of",
    "summarise",
]
