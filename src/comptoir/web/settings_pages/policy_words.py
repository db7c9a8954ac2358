"""A channel's promise in words: limit and target, where the limit comes from, how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.rulebook.presets import Preset
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import OFFICE
from comptoir.web.present.explanations import calendar_name
from comptoir.web.present.names import policy_name

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. The address is empty for what has none."""

    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A policy for showing."""

    name: str
    limit: str
    target: str
    is_sure: bool
    sureness: str
    sources: tuple[Source, ...]


def of_preset(chosen: Preset) -> Promise:
    """Put a preset into words, before it is anybody's policy."""
    rule: dict[str, Any] = {
        "target_minutes": chosen.target_minutes,
        "target_model": chosen.target_model,
        "target_calendar": chosen.target_calendar,
        "hour": chosen.hour,
    }
    if chosen.limit_minutes is not None:
        rule |= {"limit_minutes": chosen.limit_minutes, "limit_model": chosen.limit_model}
    if chosen.limit_window is not None:
        window = chosen.limit_window
        rule["window"] = {"start": window.start, "end": window.end, "days": list(window.days)}
    return _promise(chosen.name, rule, chosen.limit_confirmed, chosen.source)


def of_version(version: PolicyVersion) -> Promise:
    """Put a stored policy into words."""
    rule = version.spec.get("first_reply") or version.spec.get("next_reply") or {}
    sure = version.limit_is_confirmed or not has_limit(rule)
    return _promise(version.policy.name, rule, sure, version.source.split("\n"))


def sentences(spec: Mapping[str, Any], hours: Mapping[str, str] | None = None) -> list[str]:
    """Write all of a policy's rules, one sentence each."""
    return list(described(spec, hours).values())


def described(spec: Mapping[str, Any], hours: Mapping[str, str] | None = None) -> dict[str, str]:
    """Write all of a policy's rules, one sentence each, by what it is about.

    `hours` are titles of calendars by name.
    """
    names = {
        "first_reply": _("First reply: %(rule)s."),
        "next_reply": _("Every further reply: %(rule)s."),
        "resolution": _("Solution: %(rule)s."),
        "return_decision": _("Decision about a return: %(rule)s."),
        "case": _("Claim: %(rule)s."),
    }
    said = {
        kind: template % {"rule": _both(spec[kind], spec, hours or {})}
        for kind, template in names.items()
        if spec.get(kind)
    }
    said["measured"] = _measured(str(spec.get("measured", "")))
    if spec.get("auto_reply_counts") is False:
        said["auto_reply_counts"] = _("An automatic reply does not count as an answer.")
    if spec.get("mark_needs_confirmation"):
        said["mark_needs_confirmation"] = _(
            "“No response needed” must also be marked on the marketplace's page to count there."
        )
    return {name: sentence for name, sentence in said.items() if sentence}


def has_limit(rule: Mapping[str, Any]) -> bool:
    """Tell whether something from outside sets a limit."""
    amounts = rule.get("limit_minutes"), rule.get("limit_days")
    return any(a is not None for a in amounts) or rule.get("limit_model") == "given"


def has_target(rule: Mapping[str, Any]) -> bool:
    """Tell whether the desk has a goal of its own."""
    return rule.get("target_minutes") is not None or rule.get("target_days") is not None


def limit(rule: Mapping[str, Any], hours: Mapping[str, str] | None = None) -> str:
    """Write a limit."""
    if not has_limit(rule):
        return _("no limit from outside")
    if rule.get("limit_days") is not None:
        return _days_to_the_end(rule["limit_days"])
    model = str(rule.get("limit_model", "hours"))
    if model == "given":
        return _("limit as the marketplace gives it")
    calendar = str(rule.get("limit_calendar") or ALWAYS_NAME)
    values = {
        "time": time_words(rule["limit_minutes"]),
        "hours": _hours_name(calendar, hours or {}),
        **_details(rule, "limit"),
    }
    if model == "hours" and calendar != ALWAYS_NAME:
        return _("%(time)s of: %(hours)s") % values
    templates = {
        "hours": _("%(time)s, always counting"),
        "working_day_hours": _("%(time)s on working days, without public holidays"),
        "window_hours": _("%(time)s, counted %(days)s from %(start)s to %(end)s"),
        "fixed_hour_after_weekend": _(
            "%(time)s; what comes at the weekend until %(hour)s on Monday"
        ),
        "send_window": _("%(time)s, then the channel takes no more reply"),
        "mean": _("%(time)s on average"),
    }
    return templates.get(model, "%(time)s") % values


def target(rule: Mapping[str, Any], hours: Mapping[str, str] | None = None) -> str:
    """Write a target."""
    if not has_target(rule):
        return _("no target")
    if rule.get("target_days") is not None:
        return _("target %(days)s") % {"days": _days_to_the_end(rule["target_days"])}
    calendar = str(rule.get("target_calendar") or ALWAYS_NAME)
    values = {
        "time": time_words(rule["target_minutes"]),
        "hours": _hours_name(calendar, hours or {}),
        **_details(rule, "target"),
    }
    model = str(rule.get("target_model") or "hours")
    templates = {
        "working_day_hours": _("target %(time)s on working days"),
        "window_hours": _("target %(time)s of the same hours"),
    }
    if model in templates:
        return templates[model] % values
    if calendar == OFFICE:
        return _("target %(time)s of office hours") % values
    if calendar != ALWAYS_NAME and model == "hours":
        return _("target %(time)s of: %(hours)s") % values
    return _("target %(time)s") % values


def source(text: str) -> Source:
    """Name a source: a page by its host, an article by its title."""
    if text.startswith(("https://", "http://")):
        return Source(str(urlsplit(text).hostname or text).removeprefix("www."), text)
    return Source(text.removeprefix("article: "))


def _promise(name: str, rule: Mapping[str, Any], sure: bool, sources: Any) -> Promise:
    said = limit(rule)
    return Promise(
        name=policy_name(name),
        limit=said[:1].upper() + said[1:],
        target=target(rule),
        is_sure=sure,
        sureness=_("confirmed") if sure else _("assumed"),
        sources=tuple(source(text) for text in sources if text),
    )


def _both(rule: Mapping[str, Any], spec: Mapping[str, Any], hours: Mapping[str, str]) -> str:
    """Write limit, target and what belongs to them."""
    parts = [limit(rule, hours), target(rule, hours)]
    if spec.get("inherits") and not has_limit(rule):
        parts[0] = _("limit of the channel")
    if spec.get("inherits") and not has_target(rule):
        parts[1] = _("target of the channel")
    if rule.get("target_from") == "policy_applied":
        parts.append(_("the target counts from when the policy began to apply"))
    pauses = {
        "waiting_on_buyer": _("paused while waiting on the buyer"),
        "waiting_on_marketplace": _("paused while waiting on the marketplace"),
    }
    parts += [said for name, said in pauses.items() if name in rule.get("pauses", ())]
    said = parts[0]
    for part in parts[1:]:
        said = _("%(limit)s; %(target)s") % {"limit": said, "target": part}
    return said


def _days_to_the_end(count: int) -> str:
    return ngettext(
        "by the end of %(num)d working day", "by the end of %(num)d working days", count
    ) % {"num": count}


def _hours_name(name: str, hours: Mapping[str, str]) -> str:
    return hours.get(name) or calendar_name(name)


def _measured(code: str) -> str:
    return {
        "every_message": _("Each message of the buyer is measured."),
        "first_message": _("Only the first message of a conversation is measured."),
        "first_answer": _("The first answer is measured."),
    }.get(code, "")


def time_words(minutes: float) -> str:
    """Write an amount of time: "24 h", "30 minutes"."""
    if minutes % 60:
        return ngettext("%(num)d minute", "%(num)d minutes", int(minutes)) % {"num": minutes}
    hours = int(minutes // 60)
    return _("%(num)d h") % {"num": hours}


def _details(rule: Mapping[str, Any], side: str) -> dict[str, str]:
    given = rule.get(f"{side}_window") or rule.get("window") or {}
    window: Mapping[str, Any] = (
        given if isinstance(given, Mapping) else {"start": given[0], "end": given[1]}
    )
    hour = rule.get(f"{side}_hour") or rule.get("hour") or 12
    names = Locale.parse(get_language() or "en", sep="-").days["format"]["abbreviated"]
    days = [names[DAYS.index(day)] for day in window.get("days", ()) if day in DAYS]
    return {
        "days": f"{days[0]}–{days[-1]}" if days else "",
        "start": str(window.get("start", "")),
        "end": str(window.get("end", "")),
        "hour": hour if isinstance(hour, str) else f"{hour}:00",
    }
