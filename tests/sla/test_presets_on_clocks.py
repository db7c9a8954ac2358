"""What the rulebook's presets promise on a real timeline: its README's examples, and what is measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comptoir.core.clocks import AgentReply, BuyerMessage, Evaluation, evaluate
from comptoir.merchant.models import Brand, Channel, Merchant
from comptoir.rulebook import marketplaces, preset
from comptoir.sla.actions.presets import apply_preset
from comptoir.sla.versions import promises

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def channel(marketplace: str, country: str, zone: str) -> Channel:
    Merchant.objects.get_or_create(name="Maison Perrin")
    brand, _ = Brand.objects.get_or_create(name="Maison Perrin")
    return Channel.objects.create(
        marketplace=marketplace,
        name=marketplace,
        short_name="X",
        brand=brand,
        country=country,
        time_zone=zone,
        starts_at=NEW_YEAR,
    )


def seen(made: Channel, now: datetime, *events: BuyerMessage | AgentReply) -> Evaluation:
    """Give the clocks under the preset of the channel, as it is stored."""
    found = promises(apply_preset(made, by=None, now=NEW_YEAR).pk)
    return evaluate(events, found.policy, found.calendars, now)


@pytest.mark.parametrize(
    ("marketplace", "country", "zone", "asked", "expected"),
    [
        ("amazon", "FR", "Europe/Paris", "2026-03-07 20:00", "2026-03-08 20:00"),
        ("amazon", "FR", "Europe/Paris", "2026-03-28 20:00", "2026-03-29 21:00"),
        ("walmart", "US", "America/New_York", "2026-03-03 10:00", "2026-03-05 10:00"),
        ("etsy", "FR", "Europe/Paris", "2026-03-07 20:00", "2026-03-08 20:00"),
        ("kaufland", "DE", "Europe/Berlin", "2026-03-06 15:00", "2026-03-10 15:00"),
        ("kaufland", "DE", "Europe/Berlin", "2026-05-22 15:00", "2026-05-27 15:00"),
        ("allegro", "PL", "Europe/Warsaw", "2026-03-06 15:00", "2026-03-09 15:00"),
        ("manomano", "FR", "Europe/Paris", "2026-03-06 15:00", "2026-03-09 15:00"),
        ("bol", "NL", "Europe/Amsterdam", "2026-03-06 16:00", "2026-03-09 16:00"),
        ("bol", "NL", "Europe/Amsterdam", "2026-03-07 11:00", "2026-03-09 17:00"),
        ("tiktok_shop", "US", "America/New_York", "2026-03-07 10:00", "2026-03-09 12:00"),
        ("instagram", "FR", "Europe/Paris", "2026-03-07 20:00", "2026-03-08 20:00"),
    ],
)
@pytest.mark.django_db
def test_preset_gives_the_limit_of_the_rulebooks_example(
    marketplace: str, country: str, zone: str, asked: str, expected: str
) -> None:
    """The storefront's holidays decide: 25 May 2026 is Whit Monday in Germany."""
    at = datetime.fromisoformat(asked).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    clock = seen(channel(marketplace, country, zone), at, BuyerMessage(at, "m1")).clocks[0]

    assert clock.limit_at is not None
    assert f"{clock.limit_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == expected


@pytest.mark.django_db
def test_amazon_is_aimed_at_within_fourteen_hours() -> None:
    clock = seen(channel("amazon", "FR", "Europe/Paris"), MONDAY, BuyerMessage(MONDAY, "m1"))

    assert clock.clocks[0].target_at == MONDAY + timedelta(hours=14)


@pytest.mark.parametrize("marketplace", sorted(marketplaces()))
@pytest.mark.django_db
def test_unit_that_is_measured_follows_the_channel(marketplace: str) -> None:
    """A second question after the first answer: its limit, and who judges what."""
    chosen = preset(marketplace)
    events = (
        BuyerMessage(MONDAY, "m1"),
        AgentReply(MONDAY + timedelta(hours=1), "r1"),
        BuyerMessage(MONDAY + timedelta(hours=2), "m2"),
    )
    later = MONDAY + timedelta(days=20)

    result = seen(channel(marketplace, "DE", "Europe/Berlin"), later, *events)
    first, second = (clock.limit_at is not None for clock in result.clocks[:2])
    judged = [message.within_limit for message in result.messages]

    has_limit = chosen.limit_hours is not None
    counts_second = chosen.unit_measured in ("each_message", "average")
    assert (first, second) == (has_limit, has_limit and counts_second)
    is_mean = chosen.limit_model == "mean"
    assert judged == [
        True if has_limit and not is_mean else None,
        False if has_limit and counts_second and not is_mean else None,
    ]


@pytest.mark.parametrize("marketplace", sorted(marketplaces()))
@pytest.mark.django_db
def test_limit_is_confirmed_only_where_the_rulebook_is_sure(marketplace: str) -> None:
    made = channel(marketplace, "DE", "Europe/Berlin")
    clock = seen(made, MONDAY, BuyerMessage(MONDAY, "m1")).clocks[0]

    assert clock.limit_confirmed == (preset(marketplace).confidence in ("high", "medium"))
