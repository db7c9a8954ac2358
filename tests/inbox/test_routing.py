"""Which channel a mail goes to: the one that fits, else the catch-all; never a wrong one."""

from datetime import UTC, datetime

import pytest

from comptoir.inbox.routing import Candidate, Traits, choose

START = datetime(2026, 1, 1, tzinfo=UTC)


def channel(
    number: int,
    marketplace: str,
    country: str = "",
    *,
    family: str = "",
    kind: str = "marketplace",
    catch_all: bool = False,
    **matches: str,
) -> Candidate:
    return Candidate(
        number, marketplace, family or marketplace, kind, country, START, catch_all, matches
    )


SERVED = (
    channel(1, "amazon", "DE"),
    channel(2, "amazon", "FR"),
    channel(3, "ebay"),
    channel(4, "darty", family="mirakl"),
    channel(5, "leroy_merlin", family="mirakl"),
    channel(6, "shopify", "FR", kind="own_store"),
    channel(9, "generic_email", catch_all=True),
)


@pytest.mark.parametrize(
    ("traits", "chosen"),
    [
        (Traits("amazon", "DE"), 1),
        (Traits("amazon", "FR"), 2),
        (Traits("amazon", "IT"), 9),
        (Traits("amazon"), 9),
        (Traits("ebay", "DE"), 3),
        (Traits("mirakl", operator="darty"), 4),
        (Traits("mirakl"), 9),
        (Traits("mirakl", order_channel_id=5), 5),
        (Traits("generic_email"), 6),
        (Traits("walmart", "US"), 9),
        (Traits(""), 9),
    ],
)
def test_choose_takes_the_channel_that_fits(traits: Traits, chosen: int) -> None:
    candidate = choose(SERVED, traits).candidate

    assert candidate is not None
    assert candidate.channel_id == chosen


def test_choose_tells_two_accounts_apart_by_the_receiving_address() -> None:
    served = (
        channel(1, "amazon", "DE", recipient="amazon+perrin@shop.example"),
        channel(2, "amazon", "DE", recipient="amazon+fjordlys@shop.example"),
    )
    traits = Traits("amazon", "DE", recipients=frozenset({"amazon+fjordlys@shop.example"}))

    candidate = choose(served, traits).candidate
    assert candidate is not None
    assert candidate.channel_id == 2


def test_choose_says_why_it_chose_none() -> None:
    assert choose(SERVED, Traits("amazon")).evidence == ("ambiguous:amazon",)
    assert choose(SERVED, Traits("walmart")).evidence == ("no_channel:walmart",)
    assert choose((), Traits("amazon")).candidate is None
