"""*No response needed* reaches a channel that can be told, and the limit runs on until it took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.template import connector as template
from comptoir.inbox import arrivals, closing, connecting
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant, Person, Role
from comptoir.tickets.actions import no_response
from comptoir.tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
LATER = FRIDAY + timedelta(hours=2)


@pytest.fixture
def shop() -> Iterator[Vendor]:
    event = {
        "kind": "message", "id": "m1", "thread": "t1", "author": "buyer", "text": "Danke!",
        "at": FRIDAY.isoformat(), "order": "A-1", "buyer": {"id": "b1", "name": "Anna Berg"},
    }  # fmt: skip

    def handle(asked: Asked) -> Answer:
        if asked.method == "POST":
            return Answer(204)
        is_first = "after" not in asked.query
        return Answer(body={"events": [event] if is_first else [], "next": "1"})

    with vendor(handle) as running:
        yield running


@pytest.fixture
def ticket(shop: Vendor, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """A conversation of Amazon's kind, which has such a mark, on a connector that closes."""
    card = catalogue.cards()["template"]
    reply = msgspec.structs.replace(card.reply, closes=True)
    made = msgspec.structs.replace(card, reply=reply)
    monkeypatch.setattr(catalogue, "cards", lambda: {"template": made})
    monkeypatch.setattr(closing, "cards", lambda: {"template": made})

    def close_thread(self: template.TemplateConnector, thread_id: str, stream: str) -> bool:
        del stream
        self._http.write("close", f"/threads/{thread_id}/close")
        return True

    monkeypatch.setattr(template.TemplateConnector, "close_thread", close_thread, raising=False)
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    new = connecting.NewChannel("amazon", "Amazon", FRIDAY - timedelta(days=7), "DE")
    row = connecting.connect(
        "template", "Shop", {"base_url": shop.url}, {"key": "k"}, [new], by=None, now=FRIDAY
    )
    forget_routes()
    pull_by_id(row.pk, clock=lambda: LATER)
    arrivals.read_waiting(clock=lambda: LATER)
    return Ticket.objects.get()


@pytest.fixture
def camille() -> Person:
    made: Person = Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )
    return made


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.facts.order_by("id").values_list("kind", flat=True))


def test_mark_closes_the_conversation_there_and_then_the_ticket(
    ticket: Ticket, camille: Person, shop: Vendor
) -> None:
    no_response.mark(ticket.pk, reason="thanks", by=camille, now=LATER)
    ticket.refresh_from_db()
    before = ticket.status

    closing.close_thread(ticket.pk, clock=lambda: LATER)
    ticket.refresh_from_db()

    assert [one.path for one in shop.asked if one.method == "POST"] == ["/threads/t1/close"]
    assert (before, ticket.status) == ("open", "solved")
    assert "thread_closed" in kinds(ticket)


def test_channel_that_is_away_is_asked_again_and_nothing_is_confirmed(
    ticket: Ticket, camille: Person, shop: Vendor
) -> None:
    no_response.mark(ticket.pk, reason="thanks", by=camille, now=LATER)
    shop.fails_with(Answer(503))

    with pytest.raises(ChannelError):
        closing.close_thread(ticket.pk, clock=lambda: LATER)

    assert no_response.pending_mark(ticket) is not None
    closing.close_thread(ticket.pk, clock=lambda: LATER)
    assert no_response.pending_mark(ticket) is None


def test_channel_that_never_will_leaves_it_to_a_person(
    ticket: Ticket, camille: Person, shop: Vendor
) -> None:
    no_response.mark(ticket.pk, reason="thanks", by=camille, now=LATER)
    shop.fails_with(Answer(404))

    closing.close_thread(ticket.pk, clock=lambda: LATER)

    assert kinds(ticket)[-1] == "thread_not_closed"
    assert no_response.pending_mark(ticket) is not None


def test_mark_that_was_taken_back_closes_nothing(
    ticket: Ticket, camille: Person, shop: Vendor
) -> None:
    no_response.mark(ticket.pk, reason="thanks", by=camille, now=LATER)
    no_response.undo(ticket.pk, by=camille, now=LATER)

    closing.close_thread(ticket.pk, clock=lambda: LATER)

    assert not [one for one in shop.asked if one.method == "POST"]


def test_only_conversations_whose_channel_can_are_asked_for(ticket: Ticket) -> None:
    assert closing.ask([ticket.pk]) == [ticket.pk]
    Connection.objects.update(state="paused")
    assert closing.ask([ticket.pk]) == []


def test_channel_that_is_only_watched_is_told_nothing(
    ticket: Ticket, camille: Person, shop: Vendor
) -> None:
    no_response.mark(ticket.pk, reason="Thanks only", by=camille, now=LATER)
    ticket.channel.is_watched_only = True
    ticket.channel.save()

    assert closing.ask([ticket.pk]) == []
    closing.close_thread(ticket.pk, clock=lambda: LATER)
    assert [one for one in shop.asked if one.method == "POST"] == []
