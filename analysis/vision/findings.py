"""What was judged about a photo: a value, the limits it was held against, and the verdict."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`fail` withholds the number; `warn` shows it with the finding."""

    PASS = "pass"  # noqa: S105 (a verdict, no secret)
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One judged property. `code` is the reason that a `fail` gives.

    Beyond `threshold` it warns, beyond `fail_threshold` it fails; None for a finding that only ever warns.
    """

    code: StrEnum
    verdict: Verdict
    value: float
    threshold: float
    unit: str
    fail_threshold: float | None = None


@dataclass(frozen=True)
class Limits:
    """Two limits of a value: beyond the first a warning, beyond the second, if there is one, a refusal."""

    warn: float
    fail: float | None

    def judge(self, code: StrEnum, value: float, unit: str) -> Finding:
        """Bigger is worse where `fail` is above `warn`, and better where it is below."""
        sign = -1 if self.fail is not None and self.fail < self.warn else 1
        if self.fail is not None and sign * value > sign * self.fail:
            verdict = Verdict.FAIL
        else:
            verdict = Verdict.WARN if sign * value > sign * self.warn else Verdict.PASS
        return Finding(code, verdict, round(float(value), 4), self.warn, unit, self.fail)
