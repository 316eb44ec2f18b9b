"""Make the demonstration clinic, or go on where an earlier call stopped."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SIZE = (708, 1060)


def parse_size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in text.split("x"))
    except ValueError as error:
        raise ArgumentTypeError("a size is written as 708x1060") from error
    return width, height


class Command(BaseCommand):
    help = "Makes a clinic of synthetic patients, photographed and analysed, to look at and to try out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", default=[], help="a record number; may be repeated")
        parser.add_argument("--size", type=parse_size, default=SIZE, help="of a photograph, WIDTHxHEIGHT")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *, only: list[str], size: tuple[int, int], processes: int, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration clinic is not for production: its staff are invented.")
        # Imported here: `manage.py help` and `check` do without PyTorch.
        from analysis.demo.building import UnknownPatient, measure_clinic, photograph_clinic
        from analysis.demo.staff import login_file
        from reports.demo import enter_study

        try:
            staff = photograph_clinic(only=only, size=size, processes=processes)
        except UnknownPatient as unknown:
            raise CommandError(str(unknown)) from unknown
        enter_study(staff=staff, size=size, processes=processes)
        endings = measure_clinic(staff=staff, processes=processes)
        for status, count in endings.items():
            self.stdout.write(f"{count:4d}  {status.label}")
        self.stdout.write(login_file().read_text().strip())
