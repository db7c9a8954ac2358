"""Rules that hold for all channels, and the risk tiers, with their sources (`data/general.json`)."""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Struct

from comptoir.rulebook.catalogue import DATA
from comptoir.rulebook.facts import Confidence, Sources


class GeneralRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule over all channels, with the figures or exceptions known."""

    id: str
    rule: str
    source: Sources
    confidence: Confidence
    figures: str = ""
    exceptions: str = ""


class RiskTier(Struct, frozen=True, forbid_unknown_fields=True):
    """What puts a ticket into one tier of risk; 0 is the highest."""

    tier: int
    name: str
    note: str
    triggers: tuple[str, ...]
    source: Sources
    confidence: Confidence


class General(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    compiled_on: str
    message_types: tuple[str, ...]
    rules: tuple[GeneralRule, ...]
    risk_tiers: tuple[RiskTier, ...]


@cache
def general() -> General:
    """Give the rules that hold for all channels."""
    return msgspec.json.decode((DATA / "general.json").read_bytes(), type=General)


def rule(rule_id: str) -> GeneralRule:
    """Give one general rule by its id."""
    return next(rule for rule in general().rules if rule.id == rule_id)
