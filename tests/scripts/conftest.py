"""Unit tests of ES modules: each function `test_*` of a `*.test.js` file is a test, run in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.house.sources import ROOT

HERE = Path(__file__).parent
SITE = "http://scripts.localhost"
FOLDERS = {"/static/tests/": HERE, "/static/": ROOT / "static"}
RUN = """
async ([address, name]) => {
  const module = await import(address);
  await module[name]();
}
"""


def serve(route: Route) -> None:
    """A site of scripts alone, from the disk: neither a server nor a database is needed."""
    path = urlsplit(route.request.url).path
    for prefix, folder in FOLDERS.items():
        if path.startswith(prefix):
            route.fulfill(path=folder / path.removeprefix(prefix), content_type="text/javascript")
            return
    route.fulfill(body="<!doctype html><title>Scripts</title>", content_type="text/html")


@pytest.fixture(scope="module")
def script_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/")
    yield page
    page.close()


@pytest.fixture
def run_script(script_page: Page) -> Callable[[str, str], None]:
    """run_script(file, name): call the exported function; what it throws fails the test."""

    def run(file: str, name: str) -> None:
        script_page.evaluate(RUN, [f"/static/tests/{file}", name])

    return run
