"""Run one worker process."""

import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from clinic.jobs.models import Worker
from clinic.jobs.worker import POLL_SECONDS, ClinicWorker, default_name


class Command(BaseCommand):
    help = "Does the work behind the pages (analyses, reports) until it is stopped by SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=POLL_SECONDS, help="seconds between two looks")

        parser.add_argument(
            "--stop-with-parent", action="store_true", help="end when the starting process ends"
        )

    def handle(self, *, interval: float, stop_with_parent: bool, **_options: Any) -> None:
        parent = os.getppid() if stop_with_parent else None
        worker = ClinicWorker(name=default_name(), interval=interval, parent=parent)
        self.refuse_shared_sqlite()
        worker.configure_signals()
        worker.run()

    def refuse_shared_sqlite(self) -> None:
        """SQLite's locks do not hold over a network: two machines on one file lose writes."""
        if connection.vendor != "sqlite":
            return
        elsewhere = Worker.objects.alive().exclude(host=socket.gethostname()).values_list("host", flat=True)
        if elsewhere:
            raise CommandError(f"{elsewhere[0]} already works on this SQLite file; use PostgreSQL for both.")
