"""A channel's facts as a policy to start from: limit, target, warnings, and where they come from.

The limit is what the marketplace imposes; the target is the desk's own. A limit is confirmed when
the rulebook is sure of it (confidence high or medium), else 24 hours are assumed to plan by. Own
shops have no limit, which is a fact with a source too. Names follow one rule: *Urgent* for a
confirmed limit of a day or less, *Standard* for all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeVar

from comptoir.rulebook.catalogue import marketplace
from comptoir.rulebook.facts import Confidence, Fact, Marketplace, Sources, Window
from comptoir.rulebook.general import rule

T = TypeVar("T")

LimitModel = Literal[
    "none",
    "hours",
    "working_day_hours",
    "window_hours",
    "fixed_hour_after_weekend",
    "send_window",
    "mean",
]
Unit = Literal["each_message", "first_of_thread", "first_answer", "average"]

ASSUMED_HOURS = 24.0
DAY_HOURS = 24.0
OFFICE_TARGET_HOURS = 4.0
"""An own shop answers within two to four working hours; the later end is where to start."""

SOCIAL_TARGET_HOURS = 1.0
WARNINGS_PERCENT = (50, 75, 90)

AMAZON_TARGET_HOURS = 14.0
"""The middle of the 12 to 16 hours recommended for a limit of 24."""

UNITS: dict[str, Unit] = {
    "amazon": "each_message",
    "walmart": "each_message",
    "etsy": "first_of_thread",
    "kaufland": "first_answer",
    "bol": "first_answer",
    "mirakl": "average",
}
"""What a channel measures, by family; checked by eye against `unit_measured`."""

SHORT_NAMES = {
    "facebook": "Facebook",
    "fnac": "Fnac",
    "generic_email": "Own Site",
    "kaufland": "Kaufland",
    "magento": "Magento",
    "otto": "OTTO",
    "paypal": "PayPal",
    "walmart_ca": "Walmart Canada",
    "walmart": "Walmart",
    "zalando": "Zalando",
}

HOLIDAY_COUNTRY = {"allegro": "PL", "bol": "NL", "kaufland": "storefront", "manomano": "storefront"}

TIKTOK_TWELVE_HOURS = {"TH", "ID", "MY", "PH", "SG", "VN"}
"""Thailand, Indonesia and neighbours, since 15 August 2025 (see the overrides of the channel)."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A policy as shipped. Hours are of the model named beside them.

    `limit_hours` is None when no limit is imposed; `limit_confirmed` then speaks of that fact. `limit_holidays` is a country, `storefront`
    (the country of the shop's own site) or empty. `human_hours` is the longer window a person has
    on channels with a send window, `hour` the local hour at which a weekend's messages are due.
    """

    id: str
    marketplace: str
    name: str
    limit_hours: float | None
    limit_model: LimitModel
    limit_confirmed: bool
    limit_window: Window | None
    limit_timezone: str
    limit_holidays: str
    human_hours: float | None
    hour: int | None
    target_hours: float
    target_model: LimitModel
    target_calendar: Literal["always", "office"]
    warnings_percent: tuple[int, ...]
    clock: str
    unit_measured: Unit
    unit_text: str
    auto_reply_counts: bool
    no_response_needed_exists: bool | None
    target_share_percent: int | None
    source: Sources
    confidence: Confidence

    @property
    def limit_minutes(self) -> int | None:
        """Give the limit in minutes of its model, None without a limit."""
        return None if self.limit_hours is None else round(self.limit_hours * 60)

    @property
    def target_minutes(self) -> int:
        """Give the target in minutes of its model."""
        return round(self.target_hours * 60)


@cache
def preset(marketplace_id: str, country: str = "") -> Preset:
    """Give the policy to start from for a channel of that marketplace.

    `country` is the channel's, as two letters; it matters where regions differ (TikTok Shop).
    """
    channel = marketplace(marketplace_id)
    limit = _limit(channel)
    found = Preset(
        id=channel.id,
        marketplace=channel.id,
        name=_name(channel, limit),
        limit_hours=limit.value,
        limit_model=_model(channel, limit),
        limit_confirmed=limit.confidence != "low",
        limit_window=_value(channel.response_sla.business_window),
        limit_timezone=_zone(channel),
        limit_holidays=HOLIDAY_COUNTRY.get(channel.id, ""),
        human_hours=_human_hours(channel),
        hour=None,
        target_hours=_target_hours(channel, limit),
        target_model=_target_model(channel, limit),
        target_calendar="office" if _is_own_desk(channel) else "always",
        warnings_percent=WARNINGS_PERCENT,
        clock=_clock(channel, limit),
        unit_measured=UNITS.get(channel.id, UNITS.get(channel.family, "each_message")),
        unit_text=_value(channel.response_sla.unit_measured) or "",
        auto_reply_counts=_counts_auto_replies(channel),
        no_response_needed_exists=_value(channel.response_sla.no_response_needed),
        target_share_percent=_value(channel.response_sla.target_share_percent),
        source=limit.source,
        confidence=limit.confidence,
    )
    return _regional(found, country.upper())


def _limit(channel: Marketplace) -> Fact[float | None]:
    """Give the limit with its source: read, none by a fact, or assumed."""
    sla = channel.response_sla
    if sla.hours is not None:
        value = None if sla.hours.value is None else float(sla.hours.value)
        return Fact(value, sla.hours.source, sla.hours.confidence, sla.hours.note)
    if sla.default_if_unknown_hours is not None:
        assumed = sla.default_if_unknown_hours
        return Fact(float(assumed.value), assumed.source, "low", assumed.note)
    default = rule("default_hours")
    return Fact(ASSUMED_HOURS, default.source, "low", default.rule)


def _name(channel: Marketplace, limit: Fact[float | None]) -> str:
    short = SHORT_NAMES.get(channel.id) or channel.name.partition(" (")[0].removesuffix(" store")
    urgent = limit.value is not None and limit.value <= DAY_HOURS and limit.confidence != "low"
    return f"{short} {'Urgent' if urgent else 'Standard'}"


def _model(channel: Marketplace, limit: Fact[float | None]) -> LimitModel:
    if limit.value is None:
        return "none"
    return channel.response_sla.model or "hours"  # type: ignore[return-value]


def _target_hours(channel: Marketplace, limit: Fact[float | None]) -> float:
    if channel.kind == "social":
        return SOCIAL_TARGET_HOURS
    if limit.value is None:
        return OFFICE_TARGET_HOURS
    if channel.id == "amazon":
        return AMAZON_TARGET_HOURS
    return limit.value / 2


def _target_model(channel: Marketplace, limit: Fact[float | None]) -> LimitModel:
    """Count the target like the limit, except where no model of the limit fits a goal of hours."""
    model = _model(channel, limit)
    return model if model in ("working_day_hours", "window_hours") else "hours"


def _is_own_desk(channel: Marketplace) -> bool:
    return channel.kind in ("own_store", "generic_email", "social")


def _clock(channel: Marketplace, limit: Fact[float | None]) -> str:
    clock = _value(channel.response_sla.clock)
    if clock and clock != "not stated":
        return clock
    return "business_hours" if limit.value is None else "calendar"


def _counts_auto_replies(channel: Marketplace) -> bool:
    counts = channel.response_sla.auto_reply_counts
    return counts is not None and counts.value is True


def _zone(channel: Marketplace) -> str:
    zone = _value(channel.response_sla.timezone) or ""
    return zone if "/" in zone else ""


def _human_hours(channel: Marketplace) -> float | None:
    """Give the hours of the human agent's window, for channels with a send window."""
    if channel.response_sla.model != "send_window":
        return None
    cases = [o for o in channel.response_sla.overrides if o.case.startswith("human agent")]
    return float(cases[0].hours) if cases and cases[0].hours else None


def _regional(found: Preset, country: str) -> Preset:
    """Give the variant of a region, where the rulebook knows one."""
    if found.marketplace != "tiktok_shop":
        return found
    if country == "US":
        return replace(found, limit_model="fixed_hour_after_weekend", hour=12)
    if country in TIKTOK_TWELVE_HOURS:
        channel = marketplace("tiktok_shop")
        region = channel.response_sla.overrides[0]
        return replace(
            found,
            name=_name(channel, Fact(12.0, region.source, region.confidence, region.note)),
            limit_hours=12.0,
            limit_confirmed=region.confidence != "low",
            target_hours=6.0,
            target_share_percent=region.target_share_percent,
            source=region.source,
            confidence=region.confidence,
        )
    return found


def _value(fact: Fact[T] | None) -> T | None:
    return None if fact is None else fact.value
