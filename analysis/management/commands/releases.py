"""List the releases of the networks, and choose which of them measures."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.models import ModelRelease
from clinic.accounts.models import User


class Command(BaseCommand):
    help = "Enters new release folders and lists all releases; --activate chooses the one that measures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--activate", metavar="NAME", help="measure with this release from now on")
        parser.add_argument("--by", metavar="USER", help="the administrator who decides it")

    def handle(self, *, activate: str | None, by: str | None, **_options: Any) -> None:
        from analysis.releases import sync_releases

        entered = {release.pk for release in sync_releases()}
        if activate:
            self.activate(activate, by, entered)
        for release in ModelRelease.objects.all():
            state = "active" if release.is_active else "      "
            files = "" if release.pk in entered else "  (its files are missing or altered)"
            self.stdout.write(f"{state}  {release.task:14} {release.name:20} {release.sha256[:12]}{files}")

    def activate(self, name: str, by: str | None, usable: set[int]) -> None:
        from analysis.releases import activate_release

        release = ModelRelease.objects.filter(name=name, pk__in=usable).first()
        if release is None:
            raise CommandError(f"No usable release is called {name}.")
        administrator = User.objects.filter(username=by or "", is_active=True).first()
        if administrator is None or not administrator.is_administrator:
            raise CommandError("Say with --by which administrator decides it.")
        activate_release(release=release, user=administrator)
