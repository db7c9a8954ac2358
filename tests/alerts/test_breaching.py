"""R4: the state of a channel follows its confirmed limits, with one alert a change."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.alerts.conftest import FRIDAY, HOUR, Desk

from comptoir.alerts import causes
from comptoir.alerts.breaching import judge_channels, target_percent
from comptoir.alerts.models import Alert, BreachState
from comptoir.alerts.queries import breach_states
from comptoir.merchant.models import Channel
from comptoir.merchant.rights import rights_of
from comptoir.sla.models import PolicyVersion
from comptoir.tickets.models import Message, Outcome

DAY = timedelta(days=1)


def answered(desk: Desk, *, late: int, in_time: int, at: datetime, channel: Channel) -> None:
    """Add messages of that day that were answered late, and in time."""
    ticket = desk.writes(at=FRIDAY, channel=channel, thread=f"{channel.pk}-{at}")
    Outcome.objects.filter(ticket=ticket).delete()
    for number in range(late + in_time):
        message = Message.objects.create(
            ticket=ticket,
            channel=channel,
            external_id=f"{at}-{number}",
            author="buyer",
            kind="buyer_message",
            occurred_at=at,
            stored_at=at,
        )
        Outcome.objects.create(
            message=message,
            ticket=ticket,
            channel=channel,
            asked_at=at,
            answered_at=at + HOUR,
            within_limit=number >= late,
        )


def states() -> dict[str, str]:
    rows = BreachState.objects.exclude(state="ok").select_related("channel")
    return {row.channel.name: row.state for row in rows}


def test_states_change_and_each_change_is_told_once(desk: Desk) -> None:
    """Amazon allows a tenth: watch above 5 %, danger above 8 %, critical above 10 % of a month."""
    answered(desk, late=0, in_time=50, at=FRIDAY - 20 * DAY, channel=desk.amazon)
    judge_channels(now=FRIDAY)
    assert states() == {}
    assert Alert.objects.count() == 0

    told = []
    for day, late in enumerate((3, 2, 2), start=1):
        answered(desk, late=late, in_time=0, at=FRIDAY + day * DAY, channel=desk.amazon)
        for hour in range(3):
            judge_channels(now=FRIDAY + day * DAY + HOUR * (hour + 1))
        told.append((states().get("Amazon.de"), Alert.objects.count()))

    assert told == [("danger", 1), ("danger", 1), ("critical", 2)]
    alert = Alert.objects.latest("id")
    assert (alert.data["before"], alert.data["state"]) == ("danger", "critical")
    assert alert.data["is_worse"] is True
    assert alert.to == ["supervisor", "admins"]


def test_a_state_falls_when_the_windows_move_on(desk: Desk) -> None:
    answered(desk, late=5, in_time=20, at=FRIDAY, channel=desk.amazon)
    judge_channels(now=FRIDAY + HOUR)
    assert states() == {"Amazon.de": "critical"}
    answered(desk, late=0, in_time=400, at=FRIDAY + 5 * DAY, channel=desk.amazon)
    judge_channels(now=FRIDAY + 6 * DAY)
    assert states() == {}
    assert [a.data["state"] for a in Alert.objects.order_by("id")] == ["critical", "ok"]

    causes.sweep(now=FRIDAY + 6 * DAY)
    assert [a.data["state"] for a in Alert.objects.filter(over_at=None)] == ["ok"]


def test_limits_that_are_only_assumed_do_not_count(desk: Desk) -> None:
    PolicyVersion.objects.filter(policy__channel=desk.amazon).update(limit_is_confirmed=False)
    answered(desk, late=20, in_time=0, at=FRIDAY, channel=desk.amazon)
    judge_channels(now=FRIDAY + HOUR)

    assert states() == {}


def test_messages_taken_out_and_undecided_ones_do_not_count(desk: Desk) -> None:
    answered(desk, late=10, in_time=0, at=FRIDAY, channel=desk.amazon)
    half = Outcome.objects.order_by("pk").values_list("pk", flat=True)[:5]
    Outcome.objects.filter(pk__in=list(half)).update(is_taken_out=True)
    Outcome.objects.filter(is_taken_out=False).update(within_limit=None)
    judge_channels(now=FRIDAY + HOUR)

    assert states() == {}


def test_each_channel_stands_for_itself(desk: Desk) -> None:
    answered(desk, late=10, in_time=0, at=FRIDAY, channel=desk.amazon)
    answered(desk, late=0, in_time=10, at=FRIDAY, channel=desk.ebay)
    judge_channels(now=FRIDAY + HOUR)

    assert states() == {"Amazon.de": "critical"}
    row = BreachState.objects.get(channel=desk.amazon)
    assert row.data["windows"][0] == {"days": 7, "total": 10, "late": 10, "unanswered": 0}


def test_people_see_the_states_of_their_channels_the_worst_first(desk: Desk) -> None:
    answered(desk, late=10, in_time=0, at=FRIDAY, channel=desk.shop)
    PolicyVersion.objects.update(limit_is_confirmed=True)
    judge_channels(now=FRIDAY + HOUR)

    found = breach_states(rights_of(desk.ines))
    assert [one.channel.name for one in found] == ["maison-perrin.example", "Amazon.de"]
    assert [one.channel.name for one in breach_states(rights_of(desk.outsider))] == []


def test_the_allowed_share_is_the_rulebooks() -> None:
    assert target_percent("amazon") == 90
    assert target_percent("etsy") == 95
    assert target_percent("shopify") is None
    assert target_percent("nowhere") is None
