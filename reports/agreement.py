"""Agreement of repeated measurements: ICC, SEM, SDC95, Bland and Altman's limits, Lin's coefficient. Pure.

Values lie in an array (n subjects, k captures or raters), complete. Sources: Shrout and Fleiss 1979 for the
ICC, de Vet et al. 2006 for SEM and SDC, Bland and Altman 1999 for the limits, Lin 1989 for the concordance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Z95 = 1.96


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Two-way analysis of variance: of n subjects, of k raters, and of the error that is left."""

    subjects: float
    raters: float
    error: float
    n: int
    k: int

    @property
    def icc_2_1(self) -> float:
        """Absolute agreement of single ratings, raters random."""
        between = self.k * (self.raters - self.error) / self.n
        return (self.subjects - self.error) / (self.subjects + (self.k - 1) * self.error + between)

    @property
    def icc_3_1(self) -> float:
        """Consistency of single ratings, raters fixed."""
        return (self.subjects - self.error) / (self.subjects + (self.k - 1) * self.error)

    @property
    def sem_consistency(self) -> float:
        return sqrt(self.error)

    @property
    def sem_agreement(self) -> float:
        """With the raters' own differences; a variance that comes out negative counts as none."""
        return sqrt(self.error + max(self.raters - self.error, 0.0) / self.n)


def mean_squares(values: ArrayLike) -> MeanSquares:
    """Raises ValueError for fewer than two subjects or raters, or where a value is missing."""
    table = _table(values)
    n, k = table.shape
    grand = table.mean()
    of_subjects = k * ((table.mean(axis=1) - grand) ** 2).sum()
    of_raters = n * ((table.mean(axis=0) - grand) ** 2).sum()
    rest = ((table - grand) ** 2).sum() - of_subjects - of_raters
    return MeanSquares(
        subjects=float(of_subjects / (n - 1)),
        raters=float(of_raters / (k - 1)),
        error=float(max(rest, 0.0) / ((n - 1) * (k - 1))),
        n=n,
        k=k,
    )


def icc_1_1(values: ArrayLike) -> float:
    """One-way: each subject rated by other raters. Raises ValueError as `mean_squares` does."""
    table = _table(values)
    n, k = table.shape
    means = table.mean(axis=1)
    between = k * ((means - table.mean()) ** 2).sum() / (n - 1)
    within = ((table - means[:, None]) ** 2).sum() / (n * (k - 1))
    return float((between - within) / (between + (k - 1) * within))


def smallest_detectable_change(sem: float) -> float:
    """SDC95 in the unit of `sem`: two measurements of an unchanged subject exceed it once in twenty times."""
    return Z95 * sqrt(2) * sem


def sem_interval(sem: float, patients: int, *, level: float = 0.95) -> tuple[float, float]:
    """The interval of a standard error of measurement, by the chi-square distribution of its square.

    `patients` and not pairs give the degrees of freedom: pairs of one patient are not independent. Raises
    ValueError for fewer than two.
    """
    if patients < 2:
        raise ValueError("At least two patients are needed.")
    freedom = patients - 1
    tail = (1 - level) / 2
    low, high = (sqrt(freedom / stats.chi2.ppf(share, freedom)) for share in (1 - tail, tail))
    return sem * low, sem * high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """Bland and Altman: mean difference (second - first), the limits about it, and whether it grows."""

    n: int
    bias: Estimate
    lower: Estimate
    upper: Estimate
    slope: float
    """Of the difference on the mean of the pair."""
    slope_p: float
    """Chance of such a slope without any proportional bias; 1 where all means are equal."""


def bland_altman(first: Sequence[float], second: Sequence[float]) -> LimitsOfAgreement:
    """Raises ValueError for fewer than three pairs or for unequal lengths."""
    table = _table(list(zip(first, second, strict=True)))
    n = len(table)
    if n < 3:
        raise ValueError("At least three pairs are needed.")
    differences, means = table[:, 1] - table[:, 0], table.mean(axis=1)
    bias, sd = float(differences.mean()), float(differences.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))
    of_bias, of_limit = t * sd / sqrt(n), t * sd * sqrt(1 / n + Z95**2 / (2 * (n - 1)))
    if np.ptp(means) == 0 or sd == 0:
        slope, p = 0.0, 1.0
    else:
        line = stats.linregress(means, differences)
        slope, p = float(line.slope), float(line.pvalue)

    def about(value: float, margin: float) -> Estimate:
        return Estimate(value, value - margin, value + margin)

    limits = about(bias - Z95 * sd, of_limit), about(bias + Z95 * sd, of_limit)
    return LimitsOfAgreement(n, about(bias, of_bias), *limits, slope, p)


def lins_concordance(first: Sequence[float], second: Sequence[float]) -> float:
    """Lin's coefficient, -1 to 1: correlation about the line of equality. Raises ValueError below two pairs.

    Also for pairs that are all one point, where nothing is there to agree about.
    """
    table = _table(list(zip(first, second, strict=True)))
    a, b = table.T
    spread = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    if spread == 0:
        raise ValueError("All values are equal.")
    return float(2 * ((a - a.mean()) * (b - b.mean())).mean() / spread)


def mean_absolute_error(first: Sequence[float], second: Sequence[float]) -> float:
    table = _table(list(zip(first, second, strict=True)))
    return float(np.abs(table[:, 1] - table[:, 0]).mean())


def _table(values: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise ValueError("At least two subjects with two values each are needed, none of them missing.")
    return table
