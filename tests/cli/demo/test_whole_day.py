"""The whole demo: one of everything, at any hour, and no two buyers with the same words on screen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.shop import full_shop

from comptoir.cli.demo.steps import Mail, in_order
from comptoir.inbox import queue
from comptoir.inbox.filter_sql import Moment
from comptoir.orders.models import Case
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Clock, Draft, Message, Outbox, Ticket

SUNDAY_NIGHT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
"""The night in which clocks in Europe go forward, with the desk closed: the hardest hour."""


def test_the_demo_shows_one_of_everything(db: None) -> None:
    now = SUNDAY_NIGHT
    shop = full_shop(now)
    waiting = Ticket.objects.filter(queue_tier__isnull=False)

    assert 55 <= waiting.count() <= 85
    assert Ticket.objects.filter(status="solved").count() > 200
    assert Ticket.objects.filter(status="waiting_on_buyer").count() >= 9
    assert Ticket.objects.filter(status="waiting_on_marketplace").count() == 1
    assert Ticket.objects.filter(status="waiting_internally").count() == 1
    assert Ticket.objects.filter(status="closed").count() == 8

    assert waiting.filter(queue_tier=0).count() == 4
    assert waiting.filter(tier=1).count() >= 4
    assert waiting.filter(queue_tier=2).count() == 3
    near = now + timedelta(hours=2)
    assert waiting.filter(limit_at__gt=now, limit_at__lte=near, queue_tier=1).count() >= 4
    assert waiting.filter(target_at__lt=now, limit_at__gt=near).count() >= 5
    assert waiting.filter(assignee__isnull=False).count() >= 12
    assert waiting.filter(assignee__isnull=True).count() >= 30

    states = Counter(Outbox.objects.values_list("state", flat=True))
    assert (states["refused"], states["uncertain"]) == (1, 1)
    assert states["queued"] == Outbox.objects.filter(is_scheduled=True, state="queued").count() == 2
    assert Message.objects.filter(is_holding=True, state="accepted").count() == 1
    assert Draft.objects.filter(choices__held__because="buyer").count() == 1
    assert Draft.objects.filter(files__name__startswith="facture-").count() == 1
    assert Draft.objects.count() == 4
    assert RawItem.objects.filter(state="quarantined").count() == 2
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {
        "auto_reply", "marketing", "notification", "claim", "return_request", "cancellation",
        "reply_copy", "unknown", "note",
    } <= kinds  # fmt: skip
    assert set(waiting.values_list("language", flat=True)) >= {"fr", "de", "en", "it", "es"}
    assert Message.objects.filter(files__isnull=False).count() > 15

    opened = Case.objects.filter(kind="claim", state="opened")
    ends = {
        case.order_number: Clock.objects.filter(
            kind="case", ticket__order_number=case.order_number
        ).values_list("limit_at", flat=True)
        for case in opened
    }
    assert opened.count() >= 3
    for case in opened:
        assert case.due_at in ends[case.order_number], "the panel and the clock name one day"

    gists = Counter(
        row.gist for row in queue.page(shop.rights(), moment=Moment(shop.now), size=100).rows
    )
    assert max(gists.values()) <= 2
    assert sum(count - 1 for count in gists.values()) <= 3

    ended = Clock.objects.filter(kind__in=["first_reply", "next_reply"], ended_at__isnull=False)
    clocks = Counter(ended.values_list("state", flat=True))
    in_time = clocks["met"] + clocks["past_target"]
    assert 0.93 < in_time / (in_time + clocks["breached"]) < 1.0


def test_steps_are_told_in_order_of_time() -> None:
    from comptoir.cli.demo.channels import PLACES
    from comptoir.cli.demo.steps import Conversation, Do

    later, sooner = SUNDAY_NIGHT, SUNDAY_NIGHT - timedelta(hours=1)
    talk = Conversation("a", PLACES[0], None)  # type: ignore[arg-type]
    talk.add(Do(later, "ines", "take"), Mail(sooner, b""))

    assert [type(step) for _, step in in_order([talk])] == [Mail, Do]
