"""The response of one patient over time, as values and as a figure. Pure: no Django, no drawing library.

`series` holds the readings and the pooled value, `response` the rule that says when a change may be called
one, `wording` how it is said, `layout` what every picture shares, `figure` the plotly figure.
"""

from reports.charts.response import (
    Change,
    Difference,
    Errors,
    Outcome,
    Summary,
    Verdict,
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
    "Series",
    "Status",
    "Summary",
    "Track",
    "Verdict",
    "change_between",
    "error_of",
    "pool",
    "series_of",
    "summarise",
]
