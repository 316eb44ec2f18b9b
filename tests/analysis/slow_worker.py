"""A real worker process whose pipeline takes its time: it notes each start and waits for a file to go on."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    from analysis import work
    from analysis.predictor import Predictor
    from tests.analysis.results import active_rows, face_result

    folder = Path(os.environ["SLOW_WORKER_FOLDER"])

    def analyse_slowly(*_args: Any, **_given: Any) -> Any:
        (folder / f"started-{os.getpid()}-{time.monotonic_ns()}").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)
        return face_result()

    def predictor() -> Predictor[Any]:
        return Predictor(models=None, releases=active_rows())

    with (
        patch.object(work, "active_predictor", predictor),
        patch.object(work, "analyse_face", analyse_slowly),
    ):
        call_command("worker", interval=0.05)


if __name__ == "__main__":
    main()
