"""What a machine can find about accessibility (WCAG A and AA, by axe-core), on every page in both themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from clinic.accounts.models import User
from patients.models import Visit
from tests.journeys.tour import addresses
from tests.pages import sittings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]
GRAVE = {"serious", "critical"}


def grave_findings(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {found['id']} {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in violations
        if found["impact"] in GRAVE
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    page: Page, visits: list[Visit], administrator: User, photographer: User, log_in: LogIn, theme: str
) -> None:
    refused, failed = (visit.photos.get(view="left") for visit in visits)
    for photo, end in ((refused, sittings.refuse), (failed, sittings.fail)):
        photo.runs.create()
        end(photo)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/accounts/login/")
    findings = grave_findings(page)
    log_in(administrator)
    for address in [*addresses(visits), f"/photos/{refused.pk}/", "/patients/?q=nobody"]:
        page.goto(address, wait_until="domcontentloaded")
        findings += grave_findings(page)
    assert findings == []
