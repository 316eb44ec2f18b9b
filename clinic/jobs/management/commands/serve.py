"""The whole clinic in one command: web server and worker, started, watched and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STOP_SECONDS = 30.0
WATCH_SECONDS = 0.5
# A worker that cannot even start is restarted ever more slowly.
PATIENCE_SECONDS = (0.5, 2.0, 5.0, 15.0, 60.0)


class Command(BaseCommand):
    help = "Serves the clinic with its worker until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=2, help="web server processes")

    def handle(self, *, host: str, port: int, processes: int, **_options: Any) -> None:
        refuse_taken_port(host, port)
        clinic = Clinic(web=web_command(host, port, processes), worker=worker_command())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, clinic.stop)
        clinic.start()
        if clinic.wait_until_listening(host, port):
            self.announce(f"http://{host}:{port}/")
        code = clinic.watch()
        if code:
            raise CommandError("the web server ended by itself", returncode=code)

    def announce(self, address: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nVitiTrack is at {address}"))
        login = settings.DATA_DIR / "demo_login.txt"
        if login.exists():
            self.stdout.write(login.read_text().strip())
        self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"{host}:{port} is taken ({error.strerror}); choose another PORT.") from error


def web_command(host: str, port: int, processes: int) -> list[str]:
    options = ["--bind", f"{host}:{port}", "--workers", str(processes), "--threads", "4", "--timeout", "120"]
    # Its control socket lies in the user's home, where two clinics would take it from each other.
    options += ["--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "clinic.wsgi:application", *options]


def worker_command() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--stop-with-parent"]


class Clinic:
    """The two processes. The web server's end is the end; a worker that dies is replaced."""

    def __init__(self, *, web: list[str], worker: list[str]) -> None:
        self.commands = {"web": web, "worker": worker}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False
        self.deaths = 0
        self.restart_at = 0.0

    def start(self) -> None:
        for name in self.commands:
            self.start_one(name)

    def start_one(self, name: str) -> None:
        # A process group of its own: Ctrl-C reaches this supervisor alone, which then stops both in order.
        self.running[name] = subprocess.Popen(  # noqa: S603  our own interpreter and modules
            self.commands[name], cwd=settings.BASE_DIR, env=os.environ.copy(), process_group=0
        )

    def wait_until_listening(self, host: str, port: int) -> bool:
        """Whether the web server answers; it does not when it ended, or was stopped, before it could."""
        while not self.stopping and self.running["web"].poll() is None:
            with socket.socket() as visitor:
                if visitor.connect_ex((host, port)) == 0:
                    return True
            time.sleep(0.1)
        return False

    def watch(self) -> int:
        """Until stopped, or until the web server ends: its exit code, 0 when it was stopped."""
        while not self.stopping and self.running["web"].poll() is None:
            if self.running["worker"].poll() is not None:
                self.replace_worker()
            time.sleep(WATCH_SECONDS)
        code = 0 if self.stopping else int(self.running["web"].wait())
        self.end()
        return code

    def replace_worker(self) -> None:
        now = time.monotonic()
        if not self.restart_at:
            wait = PATIENCE_SECONDS[min(self.deaths, len(PATIENCE_SECONDS) - 1)]
            self.deaths += 1
            self.restart_at = now + wait
        elif now >= self.restart_at:
            self.restart_at = 0.0
            self.start_one("worker")

    def stop(self, *_signal: object) -> None:
        self.stopping = True

    def end(self) -> None:
        """Ask both to finish what they are doing; after a while, stop asking."""
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
