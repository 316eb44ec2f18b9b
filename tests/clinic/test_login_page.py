"""The way in, in a real browser; and that the browser's fixtures hear what they should."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_member_of_staff_comes_in_by_keyboard_alone(page: Page, dermatologist: User) -> None:
    page.goto("/patients/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/patients/$"))
    page.get_by_label("Username").focus()
    page.keyboard.type(dermatologist.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")


def test_a_wrong_password_is_told_in_words(page: Page, dermatologist: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(dermatologist.username)
    page.get_by_label("Password").fill("not-the-password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Please enter a correct username and password")).to_be_visible()


@pytest.mark.parametrize(
    ("misdeed", "words"),
    [
        (
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "policy violated",
        ),
        ("console.error('something broke')", "something broke"),
        ("void fetch('http://127.0.0.1:9/')", "connect-src"),
        ("setTimeout(() => { throw new Error('lost') })", "uncaught"),
    ],
)
def test_a_misbehaving_page_is_heard(
    page: Page,
    log_in: Callable[[User], None],
    dermatologist: User,
    complaints: list[str],
    misdeed: str,
    words: str,
) -> None:
    log_in(dermatologist)
    page.goto("/")
    assert complaints == []
    page.evaluate(misdeed)
    page.wait_for_timeout(300)
    assert any(words in complaint for complaint in complaints)
    complaints.clear()
