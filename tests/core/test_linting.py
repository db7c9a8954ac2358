"""The linter of policies: each doubt is found, and a sound desk gives none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from comptoir.core.calendars import calendar_from_spec
from comptoir.core.clocks.choosing import Conditions
from comptoir.core.clocks.policies import Deadline, Kind, Policy, Rule
from comptoir.core.linting import TEMPLATES, Channel, Finding, Listed, lint

NOW = datetime(2026, 3, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = calendar_from_spec(
    {
        "timezone": "Europe/Paris",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
ALL_WEEK = calendar_from_spec(
    {
        "timezone": "Europe/Paris",
        "hours": {
            d: [["08:00", "20:00"]] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        },
    }
)


def promise(
    target: float | None = None, limit: float | None = None, *, on: str = "always"
) -> Policy:
    """Promise replies within hours; the limit always counts on the whole week."""
    rule = Rule(
        target=None if target is None else Deadline(length=target * HOUR, calendar=on),
        limit=None if limit is None else Deadline(length=limit * HOUR),
    )
    return Policy("promise", {Kind.FIRST_REPLY: rule, Kind.NEXT_REPLY: rule})


AMAZON = Channel(1, "Amazon.de", "amazon", country="DE", brand=1, base=promise(14, 24))
FNAC = Channel(2, "Fnac", "fnac", country="FR", brand=1, base=promise(24, 48))
SHOP = Channel(3, "Shop", "shopify", kind="own_store", brand=2, base=promise(4))
CHANNELS = (AMAZON, FNAC, SHOP)


def own(name: str, policy: Policy, allowed: dict[str, Any] | None = None, **more: Any) -> Listed:
    """Write one of the merchant's own policies."""
    least = more.pop("least", None)
    named = {fact: frozenset(values) for fact, values in (allowed or {}).items()}
    return Listed(name, policy, Conditions(named, least), **more)


def found(
    *policies: Listed, channels: tuple[Channel, ...] = CHANNELS, **more: Any
) -> list[Finding]:
    """Lint them."""
    return lint(policies, channels, near=NOW, **more)


def codes(*policies: Listed, **more: Any) -> list[str]:
    """Give the codes found."""
    return [finding.code for finding in found(*policies, **more)]


def test_a_sound_list_gives_no_finding() -> None:
    office = {"office": ALL_WEEK}
    base = Listed(
        "Amazon Urgent", promise(14, 24), channel=1, staffed=ALL_WEEK, calendars=office,
        ticket_count=90,
    )  # fmt: skip
    claims = own(
        "Claims", promise(0.5, on="office"), {"risk_tier": [0]}, inherits=True, staffed=ALL_WEEK,
        calendars=office, ticket_count=10,
    )  # fmt: skip

    assert found(claims, base) == []


def test_r68_one_limit_over_unlike_channels_is_found() -> None:
    one_for_all = own("All alike", promise(12, 24))

    assert found(one_for_all)[0] == Finding(
        "unlike_limits",
        "All alike",
        {
            "limit": 24 * HOUR,
            "channels": ("Amazon.de", "Fnac", "Shop"),
            "limits": (24 * HOUR, 48 * HOUR, None),
        },
    )


def test_r68_one_target_over_unlike_channels_is_found_though_limits_stay_their_own() -> None:
    one_for_all = own("Half a day", promise(12), {"marketplace": ["amazon", "fnac"]}, inherits=True)

    assert found(one_for_all) == [
        Finding(
            "unlike_channels",
            "Half a day",
            {
                "target": 12 * HOUR,
                "channels": ("Amazon.de", "Fnac"),
                "limits": (24 * HOUR, 48 * HOUR),
            },
        )
    ]


def test_a_policy_for_one_channel_or_for_a_risk_may_be_alike() -> None:
    amazon = own("Amazon only", promise(10), {"marketplace": ["amazon"]}, inherits=True)
    claims = own("Claims", promise(0.5), {"risk_tier": [0]}, inherits=True)

    assert codes(amazon, claims) == []


def test_targets_and_limits_out_of_reach_are_found_with_the_best_share() -> None:
    urgent = Listed("Amazon Urgent", promise(14, 24), channel=1, staffed=OFFICE)

    target, limit = found(urgent)

    assert (target.code, limit.code) == ("target_out_of_reach", "limit_out_of_reach")
    assert limit.values == {"share": pytest.approx(128 / 168), "limit": 24 * HOUR}
    assert target.values["target"] == 14 * HOUR


def test_arrivals_decide_what_is_out_of_reach() -> None:
    urgent = Listed("Amazon Urgent", promise(None, 24), channel=1, staffed=OFFICE)
    tuesdays_at_ten = [0] * 672
    tuesdays_at_ten[(24 + 10) * 4] = 1

    assert codes(urgent) == ["limit_out_of_reach"]
    assert codes(urgent, arrivals=tuesdays_at_ten) == []


def test_inherited_limits_are_looked_at_too() -> None:
    tags = own(
        "Press", promise(1, on="office"), {"tags": ["press"], "channel": [1]}, inherits=True,
        staffed=OFFICE, calendars={"office": OFFICE}, on={1: promise(1, 24)},
    )  # fmt: skip

    assert "limit_out_of_reach" in codes(tags)


def test_r133_a_social_promise_on_office_hours_says_its_ceiling() -> None:
    instagram = Channel(4, "Instagram", "instagram", kind="social", base=promise(1, on="office"))
    social = Listed(
        "Social Standard", promise(1, on="office"), channel=4, staffed=OFFICE,
        calendars={"office": OFFICE},
    )  # fmt: skip

    assert found(social, channels=(instagram,)) == [
        Finding(
            "social_ceiling",
            "Social Standard",
            # 8 hours open, and the hour before them, on five days
            {"share": pytest.approx(45 / 168), "target": HOUR, "channels": ("Instagram",)},
        )
    ]


def test_a_limit_without_source_is_found() -> None:
    assert found(own("Own", promise(None, 24), {"channel": [1]}, has_source=False)) == [
        Finding("limit_without_source", "Own", {"limit": 24 * HOUR})
    ]
    assert codes(own("Own", promise(4), {"channel": [1]}, has_source=False)) == []


def test_a_target_that_warns_nobody_is_found() -> None:
    tight = own("Tight", promise(23, 24), {"channel": [1]})

    assert found(tight) == [
        Finding(
            "target_near_limit",
            "Tight",
            {"target": 23 * HOUR, "limit": 24 * HOUR, "left": HOUR, "wanted": 18 * HOUR},
        )
    ]
    assert codes(own("At 90 %", promise(21.6, 24), {"channel": [1]})) == []


def test_r70_more_urgent_tickets_than_the_budget_are_found() -> None:
    claims = own("VIP", promise(0.5), {"customer_tier": ["vip"]}, inherits=True, ticket_count=21)
    rest = Listed("Amazon Urgent", promise(14, 24), channel=1, ticket_count=79)

    assert found(claims, rest) == [
        Finding("too_urgent", "", {"share": 0.21, "budget": 0.2, "within": HOUR})
    ]
    assert codes(claims, rest, urgent_budget_share=0.25) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"tags": ["press"]}),
        ({"marketplace": ["amazon", "fnac"]}, {"channel": [1]}),
        ({"country": ["DE", "FR"]}, {"channel": [1, 2], "risk_tier": [1]}),
        ({"risk_tier": [0, 1]}, {"risk_tier": [1], "language": ["de"]}),
        ({"tags": ["a", "b"]}, {"tags": ["b"]}),
    ],
)
def test_a_policy_hidden_by_an_earlier_one_is_found(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = own("First", promise(2), first, inherits=True)
    after = own("Second", promise(2), second, inherits=True)

    hidden = Finding("hidden", "Second", {"earlier": ("First",)})

    assert hidden in found(before, after)
    assert "hidden" not in codes(after, before)


def test_two_earlier_policies_can_hide_one_together() -> None:
    parts = [own(f"Tier {n}", promise(2), {"risk_tier": [n]}, inherits=True) for n in (0, 1)]
    both = own("Risky", promise(2), {"risk_tier": [0, 1]}, inherits=True)

    assert found(*parts, both) == [Finding("hidden", "Risky", {"earlier": ("Tier 0", "Tier 1")})]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"tags": ["press"]}, {}),
        ({"risk_tier": [0]}, {"risk_tier": [0, 1]}),
        ({"marketplace": ["amazon"]}, {"tags": ["press"]}),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}),
        ({"risk_tier": [0]}, {"language": ["de"]}),
    ],
)
def test_a_policy_that_is_reached_sometimes_is_not_hidden(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = own("First", promise(2), first, inherits=True)
    after = own("Second", promise(2), second, inherits=True)

    assert "hidden" not in codes(before, after)


def test_order_values_hide_only_what_is_worth_more() -> None:
    from_200 = own("From 200", promise(2), {"channel": [1]}, inherits=True, least=200)
    from_500 = own("From 500", promise(1), {"channel": [1]}, inherits=True, least=500)

    assert "hidden" in codes(from_200, from_500)
    assert "hidden" not in codes(from_500, from_200)


def test_a_policy_that_no_channel_meets_is_found() -> None:
    ebay = own("eBay", promise(2), {"marketplace": ["ebay"]}, inherits=True)

    assert found(ebay) == [Finding("reaches_no_channel", "eBay", {})]


def test_the_default_policy_is_expected_to_stand_last_and_hold_nowhere() -> None:
    default = own("Default", promise(12, 24), is_default=True)

    assert codes(own("All", promise(2), {}, inherits=True), default) == ["unlike_channels"]


def test_every_finding_has_a_sentence_with_its_values() -> None:
    """The values that the findings of this page carry are those that their sentences name."""
    listed = [
        own("All alike", promise(23, 24), has_source=False, staffed=OFFICE, ticket_count=9),
        own("Second", promise(0.5), {"tags": ["x"]}, inherits=True, ticket_count=9),
        own("eBay", promise(2), {"marketplace": ["ebay"]}, inherits=True),
        own("Third", promise(12), {}, inherits=True),
    ]

    for finding in found(*listed):
        named = {name for _, name, _, _ in Formatter().parse(TEMPLATES[finding.code]) if name}
        assert named == set(finding.values), finding.code
