"""Settings → Templates: the list, the editor and its preview, and who gets where."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.models import Template
from comptoir.web.templates.urls import urlpatterns
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

SETTINGS = "/settings/templates"


def shared(shop: Shop, name: str, now: datetime, body: str = "Hello") -> Template:
    content = Content(name, {"en": body, "de": "Guten Tag"}, "Delivery")
    return templates.make(content, is_shared=True, by=shop.camille, now=now)


def test_list_shows_languages_and_what_is_missing(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    shared(shop, "Late parcel", present)

    page = log_in(shop.camille).get(SETTINGS).content.decode()

    assert "Late parcel" in page
    assert "There is German" in page
    assert "Missing in French" not in page  # nobody sells in French here, nor writes it


def test_list_takes_as_many_queries_for_three_templates_as_for_one(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    browser = log_in(shop.camille)
    _queries(browser)  # what is kept for seconds is there from now on
    counts = []
    for name in ("One", "Two", "Three"):
        shared(shop, name, present)
        if name != "Two":
            counts.append(_queries(browser))

    assert counts[0] == counts[1]


def _queries(browser: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(SETTINGS).status_code == 200
    return len(captured)


def test_leader_makes_a_template_in_the_editor(shop: Shop, log_in: LogIn) -> None:
    form = {"name": "Late parcel", "folder": "Delivery", "whose": "shared", "text-en": "Hello"}

    answer = log_in(shop.camille).post(f"{SETTINGS}/new", form)

    assert answer.status_code == 302
    assert Template.objects.get().texts.get().body == "Hello"


def test_mistake_keeps_what_was_typed_and_says_what_was_meant(shop: Shop, log_in: LogIn) -> None:
    form = {"name": "Late", "whose": "mine", "text-en": "No. {{ order.numer }}"}

    answer = log_in(shop.ines).post(f"{SETTINGS}/new", form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No. {{ order.numer }}" in page
    assert "{{ order.number }}" in page
    assert not Template.objects.exists()


def test_preview_is_written_for_the_ticket_of_ones_choice(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    form = {"text-de": "{{ buyer.greeting }} {{ order.total }}", "ticket": f"#{ticket.pk}"}

    page = log_in(shop.ines).post(f"{SETTINGS}/preview", form).content.decode()

    assert "Guten Tag Anna Berg, 49,90\u00a0€" in page


def test_preview_of_a_hidden_ticket_shows_the_sample(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    hidden = open_ticket(shop, shop.own_shop, buyer="Secret Person", now=present)
    form = {"text-en": "{{ buyer.full_name }}", "ticket": str(hidden.pk)}

    page = log_in(shop.ines).post(f"{SETTINGS}/preview", form).content.decode()

    assert "Secret Person" not in page
    assert "Emma Taylor" in page


def test_preview_says_what_a_channel_forbids(shop: Shop, log_in: LogIn) -> None:
    form = {"text-en": "Write to help@perrin.fr"}

    page = log_in(shop.camille).post(f"{SETTINGS}/preview", form).content.decode()

    assert "help@perrin.fr" in page
    assert "Its rule" in page


@pytest.mark.parametrize("verb", ["retire", "restore", "unshare", "share", "delete"])
def test_agent_changes_no_shared_template(
    verb: str, shop: Shop, log_in: LogIn, present: datetime
) -> None:
    made = shared(shop, "Late parcel", present)

    answer = log_in(shop.ines).post(f"{SETTINGS}/{made.pk}/{verb}")

    assert answer.status_code == 403
    assert Template.objects.get().is_active


def test_somebody_elses_own_template_does_not_exist(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    own = templates.make(Content("Mine", {"en": "x"}), is_shared=False, by=shop.ines, now=present)

    browser = log_in(shop.camille)

    assert browser.get(f"{SETTINGS}/{own.pk}").status_code == 404
    assert browser.post(f"{SETTINGS}/{own.pk}/copy").status_code == 404


@pytest.mark.parametrize(
    "address", ["", "/new", "/preview", "/signatures", "/1", "/1/copy", "/import", "/export.csv"]
)
def test_readers_and_visitors_get_nowhere(address: str, shop: Shop, log_in: LogIn) -> None:
    for verb in ("get", "post"):
        answer = getattr(log_in(shop.noah), verb)(f"{SETTINGS}{address}")
        assert answer.status_code in (403, 405)
        answer = getattr(Client(), verb)(f"{SETTINGS}{address}")
        assert answer.status_code in (302, 405)


def test_every_address_is_looked_at_here_or_with_the_tickets() -> None:
    names = {str(pattern.name) for pattern in urlpatterns}

    assert names == {
        "suggest_templates", "write_template", "reply_hints", "own_signature", "templates",
        "new_template", "preview_template", "signatures", "template", "change_template",
        "import_templates", "export_templates", "suggest_templates_on_order", "write_on_order",
    }  # fmt: skip
