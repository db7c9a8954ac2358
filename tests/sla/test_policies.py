"""The list of policies: making, editing in versions, ordering, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from comptoir.core.clocks.choosing import Facts
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Channel
from comptoir.sla import linting
from comptoir.sla.actions import policies
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.choosing import read_list
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import promises
from comptoir.storage.models import AuditEntry
from tests.tickets.conftest import FRIDAY, Desk

DAY = timedelta(days=1)
HOUR_REPLY: dict[str, Any] = {"inherits": True, "first_reply": {"target_minutes": 60}}


def make(desk: Desk, name: str = "Own", *, at: datetime = FRIDAY, **values: Any) -> PolicyVersion:
    wanted = Wanted(name=name, **{"spec": HOUR_REPLY, **values})
    return policies.make(wanted, holds_from=at, by=desk.camille, now=FRIDAY)


def edit(
    desk: Desk,
    policy: Policy,
    spec: dict[str, Any],
    *,
    at: datetime = FRIDAY,
    **values: Any,
) -> PolicyVersion:
    wanted = Wanted(**{"name": policy.name, "spec": spec, "reason": "we measured", **values})
    return policies.edit(policy, wanted, holds_from=at, by=desk.camille, now=FRIDAY)


def of_channel(channel: Channel) -> PolicyVersion:
    found: PolicyVersion = PolicyVersion.objects.get(policy__channel=channel, number=1)
    return found


def chosen_name(channel: Channel, *, at: datetime = FRIDAY, **facts: Any) -> str:
    """Name the policy that a ticket with these facts gets."""
    tags = frozenset(facts.pop("tags", ()))
    value = facts.pop("order_value", None)
    chosen = read_list(now=at).choose(channel.pk, lambda wanted: Facts(facts, tags, value))
    assert chosen is not None
    version = PolicyVersion.objects.select_related("policy").get(pk=chosen.held.version_id)
    return version.policy.name


def test_first_policy_whose_conditions_hold_applies(desk: Desk) -> None:
    """Rule 9."""
    make(desk, "Returns", conditions={"message_type": ["return_request"]})
    make(desk, "Claims on Amazon", conditions={"risk_tier": [0], "marketplace": ["amazon"]})

    assert chosen_name(desk.amazon, risk_tier=0, message_type="return_request") == (
        "Claims on Amazon"
    )
    assert chosen_name(desk.ebay, risk_tier=0, message_type="return_request") == "Returns"
    assert (
        chosen_name(desk.ebay, risk_tier=0, message_type="claim")
        == of_channel(desk.ebay).policy.name
    )


@pytest.mark.parametrize(
    ("conditions", "facts", "holds"),
    [
        ({"tags": ["gift", "vip"]}, {"tags": ["vip"]}, True),
        ({"tags": ["gift"]}, {"tags": ["other"]}, False),
        ({"order_value_at_least": 200}, {"order_value": 200.0}, True),
        ({"order_value_at_least": 200}, {"order_value": 199.99}, False),
        ({"order_value_at_least": 200}, {}, False),
        ({"language": ["fr"]}, {"language": "fr"}, True),
        ({"customer_tier": ["vip"]}, {"customer_tier": "new"}, False),
        ({"country": ["DE"]}, {}, True),
        ({"country": ["FR"]}, {}, False),
    ],
)
def test_each_kind_of_condition_decides(
    desk: Desk,
    conditions: dict[str, Any],
    facts: dict[str, Any],
    holds: bool,
) -> None:
    make(desk, "Own", conditions=conditions)

    assert (chosen_name(desk.amazon, **facts) == "Own") is holds


def test_order_of_the_list_decides_between_two_that_fit(desk: Desk) -> None:
    first = make(desk, "First made").policy
    second = make(desk, "Second made").policy
    before = chosen_name(desk.amazon)

    policies.arrange([first.pk, second.pk], by=desk.camille, now=FRIDAY)

    assert (before, chosen_name(desk.amazon)) == ("Second made", "First made")
    assert AuditEntry.objects.filter(action="policy.arrange").count() == 1


def test_what_matches_nothing_gets_the_default_and_says_so(desk: Desk) -> None:
    Policy.objects.filter(channel=desk.amazon).update(is_active=False)

    chosen = read_list(now=FRIDAY).choose(desk.amazon.pk)

    assert chosen is not None
    assert chosen.is_default
    assert PolicyVersion.objects.get(pk=chosen.held.version_id).policy.is_default


def test_own_policy_takes_the_limits_of_each_channel(desk: Desk) -> None:
    make(desk, "Own")

    limits = {}
    for channel in (desk.amazon, desk.shop):
        chosen = read_list(now=FRIDAY).choose(channel.pk)
        assert chosen is not None
        rule = promises(*chosen.held).policy.rules["first_reply"]  # type: ignore[index]
        limits[channel.name] = (rule.target.length, rule.limit and rule.limit.length)  # type: ignore[union-attr]

    assert limits == {
        "Amazon.de": (timedelta(hours=1), timedelta(hours=24)),
        "maison-perrin.example": (timedelta(hours=1), None),
    }


def test_version_with_a_date_ahead_waits_for_it(desk: Desk) -> None:
    """Rule 10."""
    policy = of_channel(desk.amazon).policy
    spec = {**of_channel(desk.amazon).spec, "first_reply": {"target_minutes": 120,
            "limit_minutes": 1440, "limit_confirmed": True}}  # fmt: skip
    edit(desk, policy, spec, at=FRIDAY + 3 * DAY)

    def number(at: datetime) -> int:
        chosen = read_list(now=at).choose(desk.amazon.pk)
        assert chosen is not None
        found: int = PolicyVersion.objects.get(pk=chosen.held.version_id).number
        return found

    assert [number(FRIDAY + days * DAY) for days in (0, 2, 3, 4)] == [1, 1, 2, 2]


def test_edit_is_a_new_version_and_the_old_one_stays(desk: Desk) -> None:
    before = of_channel(desk.amazon)
    spec = {**before.spec, "resolution": {"target_minutes": 2880}}

    edit(desk, before.policy, spec)

    old, new = before.policy.versions.order_by("number")
    assert old.spec == before.spec
    assert (new.number, new.reason, new.made_by) == (2, "we measured", desk.camille)
    assert (new.source, new.confidence, new.preset) == (old.source, old.confidence, old.preset)
    entry = AuditEntry.objects.get(action="policy.edit")
    assert entry.data == {"name": before.policy.name, "number": 2, "reason": "we measured"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "  "}, "give the policy a name"),
        ({"name": "x" * 81}, "the name is too long; 80 characters are enough"),
        ({"reason": " "}, "say why: the reason is kept with the new version"),
        ({"reason": "x" * 501}, "the reason is too long; 500 characters are enough"),
        ({"at": FRIDAY - DAY}, "a change cannot begin in the past; let it begin now or later"),
    ],
)
def test_edit_without_what_it_needs_is_refused(
    desk: Desk,
    changes: dict[str, Any],
    said: str,
) -> None:
    before = of_channel(desk.amazon)

    with pytest.raises(Refusal, match=said.replace("(", r"\(")):
        edit(desk, before.policy, before.spec, **changes)

    assert before.policy.versions.count() == 1
    assert not AuditEntry.objects.filter(action="policy.edit").exists()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"target_minutes": 60, "limit_minutes": 2880}, "can be made shorter, not longer"),
        ({"target_minutes": 60}, "not longer or dropped"),
        (
            {"target_minutes": 60, "limit_minutes": 1440, "limit_calendar": "office"},
            "keep its model",
        ),
        ({"target_minutes": 1500, "limit_minutes": 1440}, "the target is later than the limit"),
        (
            {"target_minutes": 60, "target_calendar": "nights", "limit_minutes": 1440},
            'there are no hours named "nights"',
        ),
    ],
)
def test_limit_of_the_marketplace_cannot_be_loosened(
    desk: Desk,
    rule: dict[str, Any],
    said: str,
) -> None:
    before = of_channel(desk.amazon)

    with pytest.raises(Refusal, match=said):
        edit(desk, before.policy, {**before.spec, "first_reply": rule})


def test_limit_of_the_marketplace_can_be_made_shorter(desk: Desk) -> None:
    before = of_channel(desk.amazon)
    rule = {"target_minutes": 60, "limit_minutes": 1200}

    made = edit(desk, before.policy, {**before.spec, "first_reply": rule, "next_reply": rule})

    assert made.spec["first_reply"] == {**rule, "limit_confirmed": True}


def test_assumed_limit_is_set_freely_and_can_be_confirmed_and_taken_back(
    desk: Desk,
) -> None:
    before = of_channel(desk.ebay)
    rule = {"target_minutes": 60, "limit_minutes": 4320}
    spec = {**before.spec, "first_reply": rule, "next_reply": rule}

    longer = edit(desk, before.policy, spec)
    sure = edit(desk, before.policy, spec, is_confirmed=True)
    taken_back = edit(desk, before.policy, before.spec, is_confirmed=False)

    said = [(v.limit_is_confirmed, v.spec["first_reply"]["limit_confirmed"])
            for v in (longer, sure, taken_back)]  # fmt: skip
    assert said == [(False, False), (True, True), (False, False)]


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"weather": ["rain"]}, 'cannot depend on "weather"'),
        ({"risk_tier": []}, "can never hold; name a value or drop it"),
        ({"risk_tier": 1}, "must be a list of values"),
        ({"marketplace": "amazon"}, "must be a list of values"),
        ({"tags": [{"name": "gift"}]}, "must be a list of values"),
        ({"order_value_at_least": "a lot"}, "must be 0 or more"),
        ({"risk_tier": [7]}, "can never hold for 7"),
        ({"channel": [999_999]}, "can never hold for 999999"),
        ({"marketplace": ["bazaar"]}, "can never hold for bazaar"),
        ({"country": ["Germany"]}, "write its code of two letters"),
        ({"order_value_at_least": -1}, "must be 0 or more"),
    ],
)
def test_conditions_that_can_never_hold_are_refused(
    desk: Desk,
    conditions: dict[str, Any],
    said: str,
) -> None:
    with pytest.raises(Refusal, match=said):
        make(desk, conditions=conditions)

    assert not Policy.objects.filter(name="Own").exists()


def test_own_policy_that_gives_more_time_than_a_channel_allows_names_the_channel(
    desk: Desk,
) -> None:
    rule = {"target_minutes": 60, "limit_minutes": 2880}

    with pytest.raises(Refusal, match=r"on Amazon\.de: the limit of first_reply"):
        make(desk, spec={"first_reply": rule, "next_reply": rule})


def test_policy_that_is_off_applies_to_nothing_until_it_is_on_again(
    desk: Desk,
) -> None:
    policy = make(desk, "Own").policy
    policies.retire(policy, by=desk.camille, now=FRIDAY)
    off = chosen_name(desk.amazon)
    policy.refresh_from_db()
    policies.restore(policy, by=desk.camille, now=FRIDAY)

    assert (off, chosen_name(desk.amazon)) == (of_channel(desk.amazon).policy.name, "Own")


@pytest.mark.parametrize("which", ["channel", "default"])
def test_policies_that_always_hold_cannot_be_switched_off(
    desk: Desk,
    which: str,
) -> None:
    policy = (
        of_channel(desk.amazon).policy
        if which == "channel"
        else Policy.objects.get(is_default=True)
    )

    with pytest.raises(Refusal, match="a channel always keeps its own policy"):
        policies.retire(policy, by=desk.camille, now=FRIDAY)


def test_linter_looks_at_the_stored_list(desk: Desk) -> None:
    make(desk, "Never", conditions={"risk_tier": [0]})
    make(desk, "Everything")

    found = linting.findings(now=FRIDAY)

    never = Policy.objects.get(name="Never")
    hidden = [f for f in found if f.code == "hidden"]
    assert [(f.policy, f.values["earlier"]) for f in hidden] == [
        (str(never.pk), (str(Policy.objects.get(name="Everything").pk),))
    ]
