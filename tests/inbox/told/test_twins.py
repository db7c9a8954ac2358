"""One message that comes by mail and by an API, in either order, and streams that stay apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.inbox.conftest import Deliver, deliver  # noqa: F401 - a fixture
from tests.inbox.letters import ORDER, amazon
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import RawItem
from comptoir.inbox import arrivals, connecting, pulling
from comptoir.inbox.routing import forget_routes
from comptoir.inbox.told.twins import _has_api, are_the_same
from comptoir.merchant.models import Channel, Connection, Route
from comptoir.tickets.models import Message, ThreadKey, Ticket
from comptoir.tickets.way_back import way_back

pytestmark = pytest.mark.django_db
TEXT = "Guten Tag, wo ist mein Paket? Es sollte gestern kommen."
LATER = FRIDAY + timedelta(minutes=20)
Tell = Callable[..., None]


@pytest.fixture
def tell(deliver: Deliver) -> Tell:  # noqa: F811
    """Let an API tell something of the channel that the mailbox serves as well."""
    channel = Channel.objects.get(name="Amazon.de")
    start = FRIDAY - timedelta(days=7)
    account = connecting.connect(
        "template", "API", {"base_url": "https://shop.example"}, {"key": "k"}, [],
        by=None, now=start,
    )  # fmt: skip
    Route.objects.create(connection=account, channel=channel)
    forget_routes()
    _has_api.clear()

    def put(number: str, text: str, *, at: datetime = LATER, **more: Any) -> None:
        event = {
            "kind": "message", "id": number, "thread": "t1", "author": "buyer", "text": text,
            "at": at.isoformat(), "order": ORDER, "buyer": {"id": "b1", "name": "Heike Sommer"},
            **more,
        }  # fmt: skip
        item = RawItem(f"message/{number}/1", json.dumps(event).encode(), "application/json", at)
        pulling.keep(Connection.objects.get(pk=account.pk), [item], now=at)
        arrivals.read_waiting(clock=lambda: at + timedelta(seconds=2))

    return put


def test_mail_first_then_the_api_is_one_message_that_is_answered_by_the_api(
    deliver: Deliver,  # noqa: F811
    tell: Tell,
) -> None:
    deliver(amazon(TEXT, at=FRIDAY), at=FRIDAY)
    tell("m1", TEXT)
    tell("m1-again", "Hallo? Ich warte noch immer auf eine Antwort.", at=LATER + timedelta(hours=1))

    ticket = Ticket.objects.get()
    assert Message.objects.count() == 2
    assert ThreadKey.objects.filter(ticket=ticket, key="msg:m1").exists()
    assert Message.objects.order_by("id")[0].links["thread"] == "t1"


def test_api_first_then_the_mail_is_one_message(deliver: Deliver, tell: Tell) -> None:  # noqa: F811
    tell("m1", TEXT, at=FRIDAY)
    deliver(amazon(TEXT, at=LATER), at=LATER)

    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_another_question_by_mail_is_a_message_of_its_own(
    deliver: Deliver,  # noqa: F811
    tell: Tell,
) -> None:
    tell("m1", TEXT, at=FRIDAY)
    deliver(amazon("Und wo bleibt die Rechnung dazu?", at=LATER), at=LATER)

    assert (Ticket.objects.count(), Message.objects.count()) == (1, 2)


def test_two_conversations_on_one_order_stay_two(tell: Tell) -> None:
    tell("m1", TEXT, at=FRIDAY)
    tell("m2", "Please send us the proof of delivery.", author="operator", thread="t2")

    assert Ticket.objects.count() == 2


def test_reply_goes_back_by_the_api_once_the_conversation_is_known(
    deliver: Deliver,  # noqa: F811
    tell: Tell,
) -> None:
    from comptoir.rulebook.capabilities import capability

    deliver(amazon(TEXT, at=FRIDAY), at=FRIDAY)
    ticket = Ticket.objects.select_related("channel").get()
    Route.objects.filter(connection__kind="template").update(sends=False)
    assert way_back(ticket, capability("amazon")).way == "mail"
    Route.objects.filter(connection__kind="template").update(sends=True)
    tell("m1", TEXT)

    back = way_back(ticket, capability("amazon"))
    assert (back.way, back.thread_id) == ("api", "t1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (TEXT, f"Sie haben eine Nachricht erhalten.\n{TEXT}\n", True),
        (TEXT, TEXT.upper() + "!!!", True),
        ("Merci !", "merci", True),
        ("ok", "ok, aber wann?", False),
        (TEXT, f"{TEXT} {'Und noch etwas ganz anderes dazu. ' * 4}", False),
        ("", "", False),
    ],
)
def test_the_same_words_are_known_in_a_frame(one: str, other: str, same: bool) -> None:
    assert are_the_same(one, other) is same
