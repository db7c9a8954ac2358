"""Claims, returns, cancellations and reviews that a channel reports: on top, and gone when settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.inbox.conftest import Deliver, deliver  # noqa: F401 - a fixture
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.told import CaseKind, CaseState, CaseTold, Place
from comptoir.inbox.told import taking
from comptoir.inbox.told.stored import Source
from comptoir.merchant.models import Channel, Connection, Person
from comptoir.orders.models import Case
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import case
from comptoir.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
Report = Callable[..., Ticket | None]


@pytest.fixture
def report(deliver: Deliver) -> Report:  # noqa: F811
    """Let Amazon.de report a case; gives the ticket, as it is then."""
    connection = Connection.objects.get()
    assert Channel.objects.filter(name="Amazon.de").exists()

    def tell(kind: CaseKind, state: CaseState, *, hours: float = 0, **more: Any) -> Ticket | None:
        at = FRIDAY + timedelta(hours=hours)
        item = RawItem.objects.create(
            connection_id=connection.pk, external_id=f"{kind}{state}{hours}", content=b"{}",
            stored_at=at,
        )  # fmt: skip
        told = CaseTold(
            external_id="C-1", kind=kind, state=state, occurred_at=at, order_number="302-1",
            place=Place(marketplace="amazon", country="DE"), **more,
        )  # fmt: skip
        taking.take_in(Source(connection.pk, item.pk, at), [told], now=at)
        return Ticket.objects.first()

    return tell


@pytest.mark.parametrize(
    "kind", [CaseKind.CLAIM, CaseKind.CHARGEBACK, CaseKind.RETURN, CaseKind.CANCELLATION]
)
def test_what_waits_for_us_is_in_the_queue_until_it_is_settled(
    report: Report, kind: CaseKind
) -> None:
    ticket = report(kind, CaseState.OPENED, text="I want my money back.")

    assert ticket is not None
    assert ticket.queue_tier == (0 if kind in (CaseKind.CLAIM, CaseKind.CHARGEBACK) else 1)
    ticket = report(kind, CaseState.CLOSED, hours=2)
    assert ticket is not None
    assert (ticket.queue_tier, ticket.status) == (None, "waiting_on_marketplace")
    row = Case.objects.get()
    assert (row.state, row.order_number) == ("closed", "302-1")


def test_day_that_the_channel_names_is_the_limit(report: Report) -> None:
    due_at = FRIDAY + timedelta(hours=30)
    ticket = report(CaseKind.CLAIM, CaseState.OPENED, due_at=due_at)

    assert ticket is not None
    assert ticket.limit_at == due_at


def test_bad_review_asks_for_an_answer_and_a_good_one_does_not(report: Report) -> None:
    report(CaseKind.REVIEW, CaseState.OPENED, rating=5, rating_max=5, text="Perfect!")
    good = Ticket.objects.get()
    assert good.queue_tier is None

    Case.objects.all().delete()
    Message.objects.all().delete()
    Ticket.objects.all().delete()
    report(CaseKind.REVIEW, CaseState.OPENED, hours=1, rating=1, rating_max=5, text="Broken")
    assert Ticket.objects.get().queue_tier == 1


def test_same_report_twice_and_an_older_one_late_change_nothing(report: Report) -> None:
    report(CaseKind.CLAIM, CaseState.OPENED)
    report(CaseKind.CLAIM, CaseState.OPENED, hours=0.5)
    report(CaseKind.CLAIM, CaseState.CLOSED, hours=1)
    ticket = report(CaseKind.CLAIM, CaseState.OPENED, hours=0.2)

    assert Message.objects.count() == 2
    assert ticket is not None
    assert ticket.queue_tier is None
    assert Case.objects.get().state == "closed"


def test_case_that_was_over_before_we_heard_of_it_opens_no_ticket(report: Report) -> None:
    report(CaseKind.CLAIM, CaseState.CLOSED)

    assert Ticket.objects.count() == 0
    assert Case.objects.get().state == "closed"


def test_return_that_a_person_decided_is_known_by_its_number_and_its_clock_stops(
    report: Report,
    deliver: Deliver,  # noqa: F811
) -> None:
    ticket = report(CaseKind.RETURN, CaseState.OPENED)
    assert ticket is not None
    by = Person.objects.create(
        email="ines@shop.example", name="Ines", role="admin", joined_at=FRIDAY
    )

    case.return_decided(ticket.pk, by=by, now=FRIDAY + timedelta(hours=1))

    (decided,) = ticket.facts.filter(kind="return_decided")
    assert decided.data == {"id": "C-1"}
    assert not ticket.clocks.filter(kind="return_decision", ended_at__isnull=True).exists()
