"""Reviews and typed messages on a ticket and on its order's page, with the stand-in of `./dev mocks`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from comptoir.channels.amazon_sp import messaging
from comptoir.channels.kernel.catalogue import cards
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Receipt
from comptoir.inbox import outreach
from comptoir.inbox.serving import connect_account
from comptoir.merchant.models import Channel, Connection
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions import reach_delivery
from comptoir.tickets.models import Outreach, Ticket
from comptoir.web.accounts.sentences import sentence
from tests.channels.loopback import Vendor
from tests.channels.stand_ins import STAND_INS, serving
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
AMAZON = next(one for one in STAND_INS if one.kind == "amazon_sp")


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def running(shop: Shop) -> Iterator[Vendor]:
    with serving(AMAZON, clock=clock) as vendor:
        typed, card = AMAZON.typed(vendor.url), cards()["amazon_sp"]
        secrets = {name: typed.pop(name) for name in card.secret_names if name in typed}
        connect_account(
            "amazon_sp", "Amazon", typed, secrets,
            new=(), existing=[shop.amazon_de.pk], ends={}, by=shop.camille, now=clock(),
        )  # fmt: skip
        yield vendor


@pytest.fixture
def ticket(shop: Shop, running: Vendor, present: datetime) -> Ticket:
    return open_ticket(shop, shop.amazon_de, now=present)


def text_of(browser: Client, place: str) -> str:
    answer = browser.get(place, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_dialog_offers_what_amazon_allows_and_says_who_asked_once_it_was_asked(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    browser, place = log_in(shop.camille), f"/tickets/{ticket.pk}/outreach"
    shown = text_of(browser, place)
    assert "Unexpected problem" in shown
    assert "Digital access key" not in shown
    assert 'value="review"' in shown

    form = {"form": "review", "key": "k" * 32}
    for _ in range(2):
        assert browser.post(f"{place}/send", form, headers=HTMX).status_code == 200
    other = log_in(shop.ines).post(
        f"{place}/send", {"form": "review", "key": "j" * 32}, headers=HTMX
    )
    outreach.deliver_due(clock=clock)

    assert other.status_code == 422
    assert "Camille Perrin" in other.content.decode()
    assert Outreach.objects.get().state == "accepted"
    again = text_of(browser, place)
    assert "Camille Perrin asked for a review already" in again
    assert 'value="review"' not in again
    said = [sentence(one, {}) for one in AuditEntry.objects.filter(action__contains="review")]
    assert said == ["Had the marketplace ask the buyer for a review."]
    assert "No reply: no clock stops." in text_of(browser, f"/tickets/{ticket.pk}")


def test_what_was_changed_after_sending_is_kept_with_a_new_key_and_leaves_when_sent_again(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    browser, place = log_in(shop.camille), f"/tickets/{ticket.pk}/outreach/send"
    form = {"form": "unexpectedProblem", "key": "k" * 32, "seen": "0", "text": "Zoll."}
    assert browser.post(place, form, headers=HTMX).status_code == 200
    changed = form | {"text": "Es kommt morgen."}

    answer = browser.post(place, changed, headers=HTMX)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "has left already" in shown
    given = dict(re.findall(r'id="(key|seen)-unexpectedProblem" value="(\w+)"', shown))
    assert browser.post(place, changed | given, headers=HTMX).status_code == 200
    texts = Outreach.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Zoll.", "Es kommt morgen."]


def test_dialog_is_there_before_the_ticket_has_its_order(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(order=None)
    assert 'id="outreach-content"' in text_of(log_in(shop.ines), f"/tickets/{ticket.pk}")


@pytest.mark.parametrize("code", ["settings_invalid", "strange_code", "text_missing"])
def test_timeline_says_why_it_did_not_leave_in_words(
    ticket: Ticket, shop: Shop, log_in: LogIn, code: str
) -> None:
    browser = log_in(shop.camille)
    form = {"form": "review", "key": "k" * 32}
    browser.post(f"/tickets/{ticket.pk}/outreach/send", form, headers=HTMX)
    reach_delivery.claim(now=clock())
    row = Outreach.objects.get()
    reach_delivery.settle(row.pk, Receipt(Outcome.REFUSED, code), now=clock())

    shown = text_of(browser, f"/tickets/{ticket.pk}")

    assert "did not leave" in shown
    assert f"did not leave: {code}" not in shown


def test_days_are_heeded_by_forms_that_have_them_only(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    form = {
        "form": "unexpectedProblem", "key": "k" * 32, "text": "Zoll.",
        "from": "2026-03-09", "until": "2026-03-01",
    }  # fmt: skip
    place = f"/tickets/{ticket.pk}/outreach/send"

    assert log_in(shop.camille).post(place, form, headers=HTMX).status_code == 200

    assert Outreach.objects.get().more == {}


def test_forms_are_shown_though_nothing_is_known_of_the_review(
    ticket: Ticket, shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_asked: object) -> bool:
        raise ChannelError("forbidden", "no role", permanent=True)

    monkeypatch.setattr(messaging, "may_ask_for_review", fails)

    shown = text_of(log_in(shop.camille), f"/tickets/{ticket.pk}/outreach")

    assert "Unexpected problem" in shown
    assert "Not known at the moment." in shown
    assert "does not allow it for this order now" not in shown


def test_order_page_offers_the_same_and_its_trail_names_the_order(
    ticket: Ticket, shop: Shop, log_in: LogIn
) -> None:
    browser, place = log_in(shop.ines), f"/orders/{ticket.order_id}/outreach"
    assert "Facture" in text_of(browser, place)
    assert f"{place}" in text_of(browser, f"/orders/{ticket.order_id}/message")

    form = {"form": "unexpectedProblem", "key": "k" * 32, "text": "Der Zoll hält es auf."}
    browser.post(f"{place}/send", form, headers=HTMX)
    outreach.deliver_due(clock=clock)

    assert Outreach.objects.get().state == "accepted"
    trail = AuditEntry.objects.filter(subject_kind="order").order_by("pk")
    assert [one.action for one in trail] == ["order.typed_message", "order.outreach_accepted"]
    assert "Unexpected problem" in sentence(trail[0], {})


@pytest.mark.parametrize("rest", ["", "/send", "/1/settle"])
def test_order_of_a_hidden_channel_and_readers_get_nothing(
    shop: Shop, present: datetime, running: Vendor, log_in: LogIn, rest: str
) -> None:
    hidden = open_ticket(shop, shop.own_shop, now=present)
    seen = open_ticket(shop, shop.amazon_de, now=present)
    form = {"form": "review", "key": "k" * 32}
    for person, ticket in ((shop.ines, hidden), (shop.noah, seen)):
        place = f"/orders/{ticket.order_id}/outreach{rest}"
        browser = log_in(person)
        answer = browser.post(place, form) if rest else browser.get(place)
        assert answer.status_code == 404
    assert not Outreach.objects.exists()
    assert Client().get(f"/orders/{seen.order_id}/outreach").status_code == 302


def test_uncertain_one_is_settled_on_the_ticket(ticket: Ticket, shop: Shop, log_in: LogIn) -> None:
    browser, place = log_in(shop.ines), f"/tickets/{ticket.pk}/outreach"
    form = {"form": "unexpectedProblem", "key": "k" * 32, "text": "Der Zoll hält es auf."}
    browser.post(f"{place}/send", form, headers=HTMX)
    row = Outreach.objects.get()
    Outreach.objects.update(state="sending", claimed_until_at=row.queued_at)
    reach_delivery.settle_lost(now=clock())
    assert "arriv" in text_of(browser, f"/tickets/{ticket.pk}")

    browser.post(f"{place}/{row.pk}/settle", {"was_sent": "1"}, headers=HTMX)

    row.refresh_from_db()
    assert row.state == "accepted"
    last = AuditEntry.objects.filter(action="ticket.outreach_accepted").get()
    assert last.person_id == shop.ines.pk


def test_watch_mode_is_said_and_amazon_is_not_asked(
    ticket: Ticket, shop: Shop, running: Vendor, log_in: LogIn
) -> None:
    Channel.objects.filter(pk=shop.amazon_de.pk).update(is_watched_only=True)
    running.asked.clear()

    shown = text_of(log_in(shop.camille), f"/tickets/{ticket.pk}/outreach")

    assert "watch mode" in shown
    assert "<form" not in shown
    assert running.asked == []


def test_amazon_that_refuses_the_account_is_told_in_words(
    ticket: Ticket, shop: Shop, running: Vendor, log_in: LogIn
) -> None:
    account = Connection.objects.get(kind="amazon_sp")
    account.settings = {**account.settings, "base_url": "http://127.0.0.1:9"}
    account.save()

    shown = text_of(log_in(shop.camille), f"/tickets/{ticket.pk}/outreach")

    assert "did not say what this order allows" in shown
    assert "Ask again" in shown
