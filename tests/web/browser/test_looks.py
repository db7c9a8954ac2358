"""Every page there is, on a phone, in each language: nothing wider than the screen, no raw codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from comptoir.merchant.models import Calendar, Channel, Connection, Person, Team
from comptoir.sla.models import Policy
from tests.web.browser.conftest import Enter
from tests.web.browser.looks import IS_TOO_WIDE
from tests.web.shop import Shop, open_ticket

PHONE = {"width": 390, "height": 844}
ELSEWHERE = ("api/", "health/", "metrics", "push/", "form/", "talk/", "account/logout/")
KINDS = ("amazon_sp", "mirakl", "contact_form")
"""The longest guide, one with a choice of operators, and our own form; the rest are made alike."""
SHOWN = """() => {
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        if (!place.closest("script, style, code, pre, textarea, svg")) {
            texts.push(walker.currentNode.data);
        }
    }
    return texts.join("\\n");
}"""
RAW = re.compile(r"\{\{|%\(\w+\)|\bundefined\b|\b[A-Z]{2,}_[A-Z_]+\b|\b20\d\d-\d\d-\d\d\b")
RAW_ELSEWHERE = re.compile(r"\bNone\b|\bTrue\b|\bFalse\b")
"""Not in English, where these are words."""
EXPLAINED = {
    "/settings/templates/signatures": re.compile(r"\{\{\s(agent|brand|channel)\.\w+\s\}\}"),
}
"""Names that a page tells people to type."""


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_no_page_leaves_the_phone_or_shows_a_code(
    language: str, shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, text="Wo ist mein Paket?", now=present)
    Person.objects.filter(pk=shop.camille.pk).update(language=language, name="Camille " + "L" * 24)
    Channel.objects.update(signature="{{ agent.first_name }}, {{ brand.name }}")
    wrong: dict[str, list[str]] = {}
    page = enter(Person.objects.get(pk=shop.camille.pk), viewport=PHONE)

    pages = list(_pages(shop.camille, ticket.pk))
    for address in pages:
        page.goto(address, wait_until="domcontentloaded")
        text = page.evaluate(SHOWN)
        if address in EXPLAINED:
            text = EXPLAINED[address].sub("", text)
        found = [text[max(0, m.start() - 30) : m.end() + 30] for m in RAW.finditer(text)]
        if language != "en":
            found += [m.group() for m in RAW_ELSEWHERE.finditer(text)]
        if page.evaluate(IS_TOO_WIDE):
            found.append("wider than the screen")
        if found:
            wrong[address] = found

    assert wrong == {}
    assert len(pages) > 50


def _pages(person: Person, ticket_id: int) -> Iterator[str]:
    """Give the addresses that answer with a whole page; a failing one fails the test."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    for address in dict.fromkeys([*_plain(get_resolver().url_patterns), *_of_one(ticket_id)]):
        answer = client.get(address)
        if answer.status_code == 200 and b"<html" in answer.content:
            yield address


def _plain(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if path.startswith(ELSEWHERE) or "<" in path or "^" in path:
            continue
        if isinstance(pattern, URLResolver):
            yield from _plain(pattern.url_patterns, path)
        else:
            yield f"/{path}"


def _of_one(ticket_id: int) -> Iterator[str]:
    yield f"/tickets/{ticket_id}"
    yield "/api/v1/docs"
    yield "/settings/channels/connect?email=a%40own.example"
    yield from (f"/settings/connect/{kind}" for kind in KINDS)
    for row in Connection.objects.all():
        yield f"/settings/connections/{row.pk}"
        yield from (f"/settings/channels/{one.channel_id}" for one in row.routes.all())
    for policy in Policy.objects.all()[:1]:
        yield from (f"/settings/policies/{policy.pk}", f"/settings/policies/{policy.pk}/edit")
    yield from (f"/settings/teams/{team.pk}" for team in Team.objects.all()[:1])
    yield from (f"/settings/hours/{calendar.name}" for calendar in Calendar.objects.all()[:1])
    for person in Person.objects.all()[:1]:
        yield from (f"/settings/people/{person.pk}", f"/settings/people/{person.pk}/hours")
