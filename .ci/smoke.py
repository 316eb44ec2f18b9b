"""Walks through a clinic that `make run` serves, as a doctor of the demonstration would, with no browser.

    python .ci/smoke.py ADDRESS DATA_DIR PID

Standard library alone, so that it sees what a stranger's program would see.
"""

import json
import os
import re
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

PATIENCE_SECONDS = 20 * 60


class Visitor:
    """A browser without eyes: keeps cookies, follows redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[str, bytes]:
        """Where the visitor ended, and what is there."""
        data = urlencode(form).encode() if form is not None else None
        with self.opener.open(self.address + path, data, timeout=60) as response:
            return response.geturl().removeprefix(self.address), response.read()

    def log_in(self, username: str, password: str) -> None:
        path, page = self.get("/")
        expect(path.startswith("/accounts/login/"), f"a stranger was let in to {path}")
        token = find(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": token, "username": username, "password": password}
        path, _page = self.get(path, form)
        expect(path == "/", f"the login ended at {path}")


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"smoke: {otherwise}")


def find(pattern: str, page: bytes) -> str:
    match = re.search(pattern, page.decode())
    expect(match is not None, f"nothing like {pattern} on the page")
    return match[1] if match else ""


def is_ready(visitor: Visitor) -> bool:
    try:
        _path, answer = visitor.get("/health/ready")
    except (HTTPError, URLError, ConnectionError, TimeoutError):
        return False
    return bool(json.loads(answer)["status"] == "ok")


def wait_until_ready(visitor: Visitor, pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(visitor):
        expect(time.monotonic() < deadline, "the clinic never became ready")
        # Signal 0 asks whether the process is there.
        os.kill(pid, 0)
        time.sleep(1)


def walk(address: str, data_dir: Path, pid: int) -> None:
    visitor = Visitor(address)
    wait_until_ready(visitor, pid)
    password = find(r"Password: (\S+)", (data_dir / "demo_login.txt").read_bytes())
    visitor.log_in("demo-doctor", password)

    _path, page = visitor.get("/patients/")
    patient = find(r'href="(/patients/\d+/)"', page)
    _path, page = visitor.get(patient)
    expect(b"Synthetic data" in page, "a phantom patient does not say that it is one")
    expect(re.search(rb"\d+\.\d\s*%", page) is not None, "the patient page shows no F-Vitiligo")
    _path, chart = visitor.get(find(r'data-chart="([^"]+)"', page))
    expect(json.loads(chart) != {}, "the response chart is empty")

    action = find(r'action="(/patients/\d+/visits/\d+/report/)"', page)
    token = find(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    begun = time.monotonic()
    _path, pdf = visitor.get(action, {"csrfmiddlewaretoken": token})
    seconds = time.monotonic() - begun
    expect(pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-1024:], "the report is no PDF")
    sys.stdout.write(f"smoke: {patient} and its report ({len(pdf)} bytes in {seconds:.1f} s) are served\n")


if __name__ == "__main__":
    walk(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
