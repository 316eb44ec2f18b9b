"""Asks a running clinic how it is: `python -m clinic.probe URL`, for a container's health check.

It stands alone on the standard library: it runs every half minute, and Django and torch need not be loaded.
"""

import os
import sys
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit


def ask(url: str) -> int:
    """The status of the answer. The Host header names the clinic, since it answers to no other name."""
    address = urlsplit(url)
    host = os.environ.get("VITITRACK_ALLOWED_HOSTS", address.netloc).split(",")[0]
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=4)) as connection:
        connection.request("GET", address.path, headers={"Host": host})
        return connection.getresponse().status


if __name__ == "__main__":
    try:
        sys.exit(0 if ask(sys.argv[1]) == 200 else 1)
    except OSError as error:
        sys.exit(f"no answer: {error}")
