"""That another policy applies, in words."""

from __future__ import annotations

import pytest

from comptoir.sla.versions import Held
from comptoir.web.present.policies import PolicyRef, change, held_in, refs_of

REFS = {
    11: PolicyRef(1, "Amazon Urgent", 2),
    12: PolicyRef(1, "Amazon Urgent", 3),
    21: PolicyRef(2, "Claims first", 1),
    31: PolicyRef(3, "Default", 1),
}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"policy": "11"}, ""),
        ({"policy": "31", "is_default": True}, "No policy matched: the default one applies."),
        ({"policy": "21+11", "before": "11"}, "Policy changed from Amazon Urgent to Claims first."),
        ({"policy": "12", "before": "11"}, "Policy Amazon Urgent: version 3 applies from here."),
        (
            {"policy": "21+12", "before": "21+11"},
            "Policy Claims first: the channel's own policy has a new version.",
        ),
        (
            {"policy": "31", "before": "11", "is_default": True},
            "No policy matched any more: the default one applies.",
        ),
        ({"policy": "99", "before": "11"}, ""),
    ],
)
def test_change_of_policy_is_said(data: dict[str, object], said: str) -> None:
    assert change(data, REFS) == said


def test_promise_leads_to_its_policy_and_to_the_channels() -> None:
    own, base = refs_of(Held.of("21+11"), REFS)

    assert (own.words, base.words) == ("Claims first, version 1", "Amazon Urgent, version 2")
    assert base.address == "/settings/policies/1#version-2"


def test_both_promises_of_a_change_are_known() -> None:
    assert held_in({"policy": "21+12", "before": "11"}) == [Held(11), Held(21, 12)]
