"""Giving a channel the policy of its marketplace, from the rulebook, with its source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.hours import WORKING_DAYS, Hours, public_holidays
from comptoir.merchant.models import Calendar, Channel, Merchant, Person
from comptoir.rulebook.capabilities import capability
from comptoir.rulebook.catalogue import marketplace
from comptoir.rulebook.presets import Preset, preset
from comptoir.sla.choosing import move_on
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.sla.versions import OFFICE
from comptoir.storage import audit

ASSUMED_NAME = "Unknown channel"
"""The policy of mail that no channel can claim; pages say its name in the reader's language."""
OFFICE_HOURS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
WHOLE_DAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
RISK_MINUTES = 30
PRESET_REASON = "preset of the rulebook"
UNKNOWN_REASON = "nothing is known of this channel"
DEFAULT_REASON = "holds where no other policy does"
MEASURED = {
    "each_message": "every_message",
    "average": "every_message",
    "first_of_thread": "first_message",
    "first_answer": "first_answer",
}


@transaction.atomic
def apply_preset(channel: Channel, *, by: Person | None, now: datetime) -> PolicyVersion:
    """Give a channel the rulebook's policy of its marketplace, as version 1."""
    chosen = preset(channel.marketplace, channel.country)
    policy = Policy.objects.create(name=chosen.name, channel=channel)
    version: PolicyVersion = PolicyVersion.objects.create(
        policy=policy,
        spec=spec_of(chosen, channel, now=now),
        preset=chosen.id,
        limit_is_confirmed=chosen.limit_hours is not None and chosen.limit_confirmed,
        source="\n".join(chosen.source),
        confidence=chosen.confidence,
        valid_from=now,
        made_by=by,
        reason=PRESET_REASON,
    )
    ensure_default(now=now)
    audit.record("policy.preset", by=by, now=now, subject=("policy", policy.pk), channel=channel.pk)
    move_on()
    return version


ASSUMED_HOURS = 24
DEFAULT_NAME = "Default"
"""The policy of what nothing else matches."""


def ensure_default(*, now: datetime) -> None:
    """Have a policy for what nothing else matches: 24 h to plan by."""
    if Policy.objects.filter(is_default=True).exists():
        return
    policy = Policy.objects.create(name=DEFAULT_NAME, is_default=True, position=1000)
    rule = _rule(ASSUMED_HOURS * 60, confirmed=False)
    PolicyVersion.objects.create(
        policy=policy,
        spec={
            "name": policy.name,
            "first_reply": rule,
            "next_reply": rule,
            "calendars": {OFFICE: _office(now=now).version},
        },
        confidence="low",
        valid_from=now,
        reason=DEFAULT_REASON,
    )


@transaction.atomic
def apply_assumed(channel: Channel, *, now: datetime) -> PolicyVersion:
    """Give a channel nobody recognised a limit to plan by: 24 h, assumed, half of it the target."""
    policy = Policy.objects.create(name=ASSUMED_NAME, channel=channel)
    rule = _rule(ASSUMED_HOURS * 60, confirmed=False)
    version: PolicyVersion = PolicyVersion.objects.create(
        policy=policy,
        spec={
            "name": policy.name,
            "first_reply": rule,
            "next_reply": rule,
            "calendars": {OFFICE: _office(now=now).version},
        },
        limit_is_confirmed=False,
        confidence="low",
        valid_from=now,
        reason=UNKNOWN_REASON,
    )
    ensure_default(now=now)
    move_on()
    return version


def spec_of(chosen: Preset, channel: Channel, *, now: datetime) -> dict[str, Any]:
    """Write a preset as `comptoir sla evaluate` takes it, with the calendars it counts on."""
    calendars: dict[str, int] = {OFFICE: _office(now=now).version}
    rule: dict[str, Any] = {
        "target_minutes": chosen.target_minutes,
        "target_model": chosen.target_model,
        "target_calendar": OFFICE if chosen.target_calendar == "office" else "always",
        "limit_confirmed": chosen.limit_confirmed,
    }
    if chosen.limit_hours is not None:
        rule |= {"limit_minutes": chosen.limit_minutes, "limit_model": chosen.limit_model}
    calendar = _limit_calendar(chosen, channel, now=now)
    if calendar is not None:
        calendars[calendar.name] = calendar.version
        rule["limit_calendar"] = calendar.name
        if chosen.target_model in ("working_day_hours", "window_hours"):
            rule["target_calendar"] = calendar.name
    if chosen.limit_window is not None:
        window = chosen.limit_window
        rule["window"] = {
            "start": window.start,
            "end": window.end,
            "days": list(window.days),
        }
    if chosen.hour is not None:
        rule["hour"] = chosen.hour
    return {
        "name": chosen.name,
        "first_reply": rule,
        "next_reply": dict(rule),
        "return_decision": _return_decision(channel),
        "case": {"target_minutes": RISK_MINUTES, "target_calendar": OFFICE, "limit_model": "given"},
        "auto_reply_counts": chosen.auto_reply_counts,
        "measured": MEASURED[chosen.unit_measured],
        "mark_needs_confirmation": _mark_needs_confirmation(channel),
        "calendars": calendars,
    }


def _return_decision(channel: Channel) -> dict[str, Any]:
    """Write the time to decide on a return: the rulebook's, else a day to plan by."""
    for deadline in marketplace(channel.marketplace).other_deadlines:
        if deadline.event.lower().startswith("return request") and deadline.limit_hours:
            minutes = round(float(deadline.limit_hours) * 60)
            sure = deadline.confidence != "low"
            return _rule(minutes, confirmed=sure)
    return _rule(ASSUMED_HOURS * 60, confirmed=False)


def _rule(limit_minutes: int, *, confirmed: bool) -> dict[str, Any]:
    return {
        "target_minutes": limit_minutes // 2,
        "limit_minutes": limit_minutes,
        "limit_confirmed": confirmed,
    }


def _mark_needs_confirmation(channel: Channel) -> bool:
    able = capability(channel.marketplace)
    return bool(able.no_response_needed_exists) and not able.no_response_needed_by_software


def _office(*, now: datetime) -> Calendar:
    """Give the desk's own hours, made with a usual week when there are none yet."""
    found = Calendar.objects.filter(name=OFFICE).order_by("-version").first()
    if found:
        return found
    zone = Merchant.objects.values_list("time_zone", flat=True).first() or "Europe/Paris"
    made: Calendar = Calendar.objects.create(
        name=OFFICE, spec={"timezone": zone, "hours": OFFICE_HOURS}, valid_from=now
    )
    return made


def _limit_calendar(chosen: Preset, channel: Channel, *, now: datetime) -> Calendar | None:
    """Give the calendar of a limit that counts working days, or a fixed hour of the shop's zone.

    The storefront's country decides on holidays.
    """
    is_of_the_shop = chosen.limit_model == "fixed_hour_after_weekend"
    if not chosen.limit_holidays and not is_of_the_shop:
        return None
    is_of_the_storefront = chosen.limit_holidays in ("", "storefront")
    country = channel.country if is_of_the_storefront else chosen.limit_holidays
    country = country or "DE"
    name = f"{WORKING_DAYS}{country.lower()}"
    found = Calendar.objects.filter(name=name).order_by("-version").first()
    if found:
        return found
    zone = chosen.limit_timezone or channel.time_zone
    # Written down: an upgrade of the holidays' source moves no old deadline.
    days = public_holidays(country, "", today=now.date())
    hours = Hours(zone=zone, weekly=WHOLE_DAYS, country=country if days else "", offered=days)
    made: Calendar = Calendar.objects.create(
        name=name, spec=hours.spec(), sources=hours.sources(), valid_from=now
    )
    return made
