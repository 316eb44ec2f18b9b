"""Tasks that exist to be watched."""

import time
from pathlib import Path

from django_tasks import task


@task()
def add(left: int, right: int) -> int:
    return left + right


@task()
def note_and_wait(started: str, gate: str) -> None:
    """Leave a line to say that it runs; end when the gate opens."""
    with Path(started).open("a") as notes:
        notes.write("started\n")
    while not Path(gate).exists():
        time.sleep(0.05)
