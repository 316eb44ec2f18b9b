"""Time by stage of an analysis."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

OnStage = Callable[[str], None]
"""Called with the name of a stage as it begins."""


class Stopwatch:
    """Milliseconds by stage, and `total` since the watch was made."""

    def __init__(self, on_stage: OnStage | None = None) -> None:
        self._on_stage = on_stage
        self._start = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block; a stage may come in several blocks."""
        if self._on_stage is not None:
            self._on_stage(name)
        start = time.perf_counter()
        yield
        self._stages[name] = self._stages.get(name, 0.0) + _milliseconds_since(start)

    def read(self) -> Mapping[str, float]:
        """The stages so far, rounded to a tenth of a millisecond."""
        total = self._stages | {"total": _milliseconds_since(self._start)}
        return MappingProxyType({name: round(value, 1) for name, value in total.items()})


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
