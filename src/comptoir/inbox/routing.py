"""From a recognised mail to one of our channels, or to the catch-all: unknown rather than wrong.

A connection's routes say which channels it serves; what the mail shows (marketplace, country,
recipient, operator, a known order) chooses among them. Where two channels fit equally well, none
is chosen.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.merchant.models import Route
from comptoir.rulebook.catalogue import marketplace

KEPT_SECONDS = 5.0
DIRECT = "generic_email"
OWN_KINDS = frozenset({"own_store", "generic_email"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A channel that a connection serves, with what narrows it down."""

    channel_id: int
    marketplace: str
    family: str
    kind: str
    country: str
    starts_at: datetime
    is_catch_all: bool
    matches: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a mail shows of where it belongs. Empty values are unknown."""

    marketplace: str = ""
    country: str = ""
    operator: str = ""
    recipients: frozenset[str] = frozenset()
    order_channel_id: int | None = None
    owner: str = ""
    """Whose domain an unlisted sender of a platform writes from: with an address of ours that only
    one channel has, it is enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The channel chosen, and why, in words for programs. No channel: nothing is served here."""

    candidate: Candidate | None
    evidence: tuple[str, ...]


_kept: dict[int, tuple[float, tuple[Candidate, ...]]] = {}


def candidates(connection_id: int) -> tuple[Candidate, ...]:
    """Give the channels a connection serves; kept for a few seconds in each process."""
    found = _kept.get(connection_id)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    routes = Route.objects.select_related("channel").filter(
        connection_id=connection_id, receives=True, channel__is_active=True
    )
    made = tuple(_candidate(route) for route in routes.order_by("channel_id"))
    _kept[connection_id] = (time.monotonic(), made)
    return made


def forget_routes() -> None:
    """Look the routes up anew from now on."""
    _kept.clear()


def choose(served: Sequence[Candidate], traits: Traits) -> Choice:
    """Choose the one channel that fits best; the catch-all where none or several do."""
    catch_all = next((c for c in served if c.is_catch_all), None)
    if not traits.marketplace:
        addressed = [c for c in served if _is_addressed(c, traits)]
        if len(addressed) == 1:
            return Choice(addressed[0], (f"recipient:{addressed[0].channel_id}",))
        return Choice(catch_all, ("no_marketplace",))
    fitting = [(c, _fit(c, traits)) for c in served if not c.is_catch_all]
    scored = [(candidate, score) for candidate, score in fitting if score is not None]
    if not scored:
        return Choice(catch_all, (f"no_channel:{traits.marketplace}",))
    best = max(score for _, score in scored)
    winners = [candidate for candidate, score in scored if score == best]
    if len(winners) > 1:
        return Choice(catch_all, (f"ambiguous:{traits.marketplace}",))
    return Choice(winners[0], (f"channel:{winners[0].channel_id}",))


def _is_addressed(candidate: Candidate, traits: Traits) -> bool:
    """Tell whether a platform wrote to the address of ours that this channel alone has."""
    recipient = str(candidate.matches.get("recipient", "")).lower()
    return (
        bool(traits.owner)
        and recipient in traits.recipients
        and (candidate.marketplace == traits.owner)
    )


def _fit(candidate: Candidate, traits: Traits) -> int | None:
    """Score how well a channel fits: more told facts are better; a contradiction is None."""
    if not _is_of(candidate, traits):
        return None
    if traits.order_channel_id is not None:
        return 100 if candidate.channel_id == traits.order_channel_id else None
    score = 0
    country = candidate.matches.get("country", candidate.country)
    if traits.country and country:
        if country != traits.country:
            return None
        score += 1
    if recipient := str(candidate.matches.get("recipient", "")).lower():
        if recipient not in traits.recipients:
            return None
        score += 4
    if traits.operator and candidate.family == "mirakl":
        if candidate.marketplace != traits.operator:
            return None
        score += 2
    return score


def _is_of(candidate: Candidate, traits: Traits) -> bool:
    """Tell whether the channel is of the mail's marketplace; own shops share what is direct."""
    if candidate.marketplace == traits.marketplace:
        return True
    if traits.marketplace == "mirakl":
        return candidate.family == "mirakl"
    return traits.marketplace == DIRECT and candidate.kind in OWN_KINDS


def _candidate(route: Route) -> Candidate:
    channel = route.channel
    if channel.is_catch_all:
        family, kind = "", ""
    else:
        facts = marketplace(channel.marketplace)
        family, kind = facts.family, facts.kind
    return Candidate(
        channel_id=channel.pk,
        marketplace=channel.marketplace,
        family=family,
        kind=kind,
        country=channel.country,
        starts_at=channel.starts_at,
        is_catch_all=channel.is_catch_all,
        matches=route.matches,
    )
