"""What every page must pass in a real browser: accessibility, and the width of a phone."""

from __future__ import annotations

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

IS_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def violations(page: Page) -> list[tuple[str, str]]:
    """Give the serious findings of axe on the page shown: rule and place."""
    let_it_come_to_rest(page)
    found = Axe().run(page).response["violations"]
    return [
        (one["id"], node["html"][:160])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def let_it_come_to_rest(page: Page) -> None:
    """Wait until nothing fades in any more: half seen, everything has too little contrast."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
            .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
            .map((one) => one.finished.catch(() => null)))"""
    )


def broken_pages(page: Page, addresses: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Open each address and give those with serious findings."""
    broken = {}
    for address in addresses:
        page.goto(address)
        if found := violations(page):
            broken[address] = found
    return broken


def pages_too_wide(page: Page, addresses: Iterable[str]) -> list[str]:
    """Open each address and give those that have to be scrolled sideways."""
    wide = []
    for address in addresses:
        page.goto(address)
        if page.evaluate(IS_TOO_WIDE):
            wide.append(address)
    return wide
