"""Give a member of staff an account."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clinic.accounts.models import Role, User


class Command(BaseCommand):
    help = "Creates an account with a role; asks for the password, or reads it from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--name", default="", help="the person's full name")
        parser.add_argument("--password-stdin", action="store_true", help="read one line from standard input")

    def handle(self, *, username: str, role: str, name: str, password_stdin: bool, **_options: Any) -> None:
        first, _space, last = name.partition(" ")
        user = User(username=username, role=role, first_name=first, last_name=last)
        password = input() if password_stdin else getpass(f"Password for {username}: ")
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        self.stdout.write(f"{user.username} may now log in as {user.get_role_display()}.")
