"""Every page and state passes axe for WCAG 2.2 AA, and everything is reached by keyboard.

Pages are found by walking the addresses of the desk, so that a new one is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, expect

from comptoir.inbox.search import indexing
from comptoir.merchant.models import Person
from comptoir.tickets.models import Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import IS_TOO_WIDE, let_it_come_to_rest
from tests.web.shop import Shop, open_ticket, say

pytestmark = IN_BROWSER
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
PHONE = {"width": 390, "height": 844}
NO_PAGES = ("api/", "account/log", "account/2fa/")
"""Documentation made by others, leaving, and what is tested with its own state in place."""


def addresses(person: Person) -> list[str]:
    """Give every address without a number in it that shows a whole page to this person."""
    browser = Client()
    browser.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    paths = sorted({f"/{path}" for path in _walk(get_resolver().url_patterns, "")})
    return [path for path in paths if not path[1:].startswith(NO_PAGES) and _is_page(browser, path)]


def _is_page(browser: Client, path: str) -> bool:
    answer = browser.get(path)
    return answer.status_code == 200 and b"<!doctype html>" in getattr(answer, "content", b"")[:200]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        path = before + str(one.pattern).lstrip("^").rstrip("$")
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        elif "<" not in path and "\\" not in path and "(" not in path:
            yield path


def violations(page: Page) -> list[str]:
    """Give what axe finds: rule, and the beginning of the element."""
    let_it_come_to_rest(page)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['html'][:140]} {node['failureSummary'][-160:]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.fixture
def tickets(shop: Shop, present: datetime) -> list[Ticket]:
    """Tickets with a conversation, a note, a claim and a solved one, all known to search."""
    made = [
        open_ticket(shop, shop.amazon_de, buyer="Anna Berg", now=present, tier=0),
        open_ticket(
            shop,
            shop.ebay_fr,
            buyer="Amélie Durand",
            text="Où est mon colis ?",
            now=present,
            language="fr",
        ),
        open_ticket(shop, shop.own_shop, buyer="Tom Kent", now=present, assignee=shop.camille),
    ]
    say(made[0], "Called DHL", at=present, author="agent", state="note", person=shop.ines)
    say(
        made[0],
        "We are looking into it.",
        at=present,
        author="agent",
        state="accepted",
        person=shop.camille,
    )
    indexing.catch_up()
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_passes_axe(theme: str, tickets: list[Ticket], shop: Shop, enter: Enter) -> None:
    _use(shop.camille, theme)
    page = enter(shop.camille, tolerates="")
    broken = {}
    for address in [
        *addresses(shop.camille),
        f"/tickets/{tickets[0].pk}",
        "/search?q=colis",
        "/?view=all",
        f"/settings/people/{shop.ines.pk}",
    ]:
        page.goto(address)
        if found := violations(page):
            broken[address] = found

    assert broken == {}


def test_every_page_fits_a_phone_and_passes_axe_there(
    tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, viewport=PHONE, tolerates="")
    broken: dict[str, list[str]] = {}
    for address in [*addresses(shop.camille), f"/tickets/{tickets[0].pk}", "/search?q=colis"]:
        page.goto(address)
        if found := violations(page) + (["too wide"] if page.evaluate(IS_TOO_WIDE) else []):
            broken[address] = found

    assert broken == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_open_menus_and_dialogs_pass_axe(
    theme: str, tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    _use(shop.camille, theme)
    page = enter(shop.camille, f"/tickets/{tickets[0].pk}")
    broken = {}
    for summary in page.locator(".main details > summary").all():
        if not summary.is_visible():
            continue
        name = (summary.get_attribute("title") or summary.inner_text())[:30]
        summary.click()
        # An open menu lies over other buttons, which are whole again once it is closed.
        if found := [one for one in violations(page) if not one.startswith("target-size")]:
            broken[f"menu {name}"] = found
        page.keyboard.press("Escape")
    for opener in page.locator(".main [data-opens]").all():
        if not opener.is_visible():
            continue
        name = opener.get_attribute("data-opens") or ""
        opener.click()
        if found := violations(page):
            broken[f"dialog {name}"] = found
        page.keyboard.press("Escape")
    for keys, typed in (("?", ""), ("/", "colis"), ("Control+k", "set")):
        page.locator("h1").first.click()
        page.keyboard.press(keys)
        expect(page.locator("dialog[open]")).to_have_count(1)
        page.keyboard.type(typed)
        page.wait_for_timeout(600)
        if found := violations(page):
            broken[f"dialog {keys}"] = found
        page.keyboard.press("Escape")
        page.evaluate("document.querySelector('dialog[open]')?.close()")

    assert broken == {}


FOCUSED = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const drawn = [one, one.closest('.row')].filter(Boolean).map(at => getComputedStyle(at));
  const ring = drawn.some(style => style.boxShadow !== 'none'
      || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  return {name: (one.tagName + ' ' + (one.id || one.className || one.textContent)).slice(0, 60),
          ring, wide: box.width, high: box.height,
          skip: one.classList.contains('skip'), body: one === document.body};
}"""


@pytest.mark.parametrize("address", ["/", "/tickets/{}", "/search?q=colis", "/account/profile/"])
def test_tab_reaches_everything_with_a_visible_focus(
    address: str, tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, address.format(tickets[0].pk))
    page.evaluate("document.activeElement?.blur()")
    seen, bare = [], []
    for _step in range(150):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["body"] or (seen and here["skip"]):
            break
        seen.append(here["name"])
        if not here["ring"]:
            bare.append(here["name"])

    assert bare == []
    assert len(seen) > 10


def test_skip_link_is_first_and_leads_to_the_content(
    tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()


def test_focus_returns_to_where_it_was_after_a_dialog(
    tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{tickets[0].pk}")
    summary = page.locator("#assign-menu > summary")
    summary.focus()

    for keys in ("?", "/", "Control+k"):
        page.keyboard.press(keys)
        expect(page.locator("dialog[open]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(summary).to_be_focused()


def test_nothing_moves_for_those_who_want_it_still(
    tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{tickets[0].pk}", reduced_motion="reduce")

    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => {const s = getComputedStyle(one);"
        " return [s.transitionDuration, s.animationDuration].some(d => d.split(',').some(x => parseFloat(x) > 0.01));})"
        ".map(one => one.className)"
    )

    assert moving == []


@pytest.mark.parametrize("address", ["/", "/tickets/{}", "/search?q=colis"])
def test_nothing_is_lost_at_twice_the_size(
    address: str, tickets: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(
        shop.camille,
        address.format(tickets[0].pk),
        viewport={"width": 720, "height": 450},
        device_scale_factor=2,
    )

    assert not page.evaluate(IS_TOO_WIDE)
    assert page.locator("h1").count() >= 1


def _use(person: Person, theme: str) -> None:
    person.theme = theme
    person.save(update_fields=["theme"])
