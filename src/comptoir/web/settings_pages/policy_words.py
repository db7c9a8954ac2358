"""A channel's promise in words: limit and target, where the limit comes from, how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.rulebook.presets import Preset
from comptoir.sla.models import PolicyVersion
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


def sentences(spec: Mapping[str, Any]) -> list[str]:
    """Write all of a policy's rules, one sentence each."""
    said = []
    names = {
        "first_reply": _("First reply: %(rule)s."),
        "next_reply": _("Every further reply: %(rule)s."),
        "resolution": _("Solution: %(rule)s."),
        "return_decision": _("Decision about a return: %(rule)s."),
        "case": _("Claim: %(rule)s."),
    }
    for kind, template in names.items():
        if rule := spec.get(kind):
            said.append(template % {"rule": _both(limit(rule), target(rule))})
    said.append(_measured(str(spec.get("measured", ""))))
    if spec.get("auto_reply_counts") is False:
        said.append(_("An automatic reply does not count as an answer."))
    if spec.get("mark_needs_confirmation"):
        said.append(
            _("“No response needed” must also be marked on the marketplace's page to count there.")
        )
    return [sentence for sentence in said if sentence]


def has_limit(rule: Mapping[str, Any]) -> bool:
    """Tell whether something from outside sets a limit."""
    return rule.get("limit_minutes") is not None or rule.get("limit_model") == "given"


def limit(rule: Mapping[str, Any]) -> str:
    """Write a limit."""
    if not has_limit(rule):
        return _("no limit from outside")
    if rule.get("limit_model") == "given":
        return _("limit as the marketplace gives it")
    values = {"time": _time(rule["limit_minutes"]), **_details(rule)}
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
    return templates.get(str(rule.get("limit_model", "hours")), "%(time)s") % values


def target(rule: Mapping[str, Any]) -> str:
    """Write a target."""
    if rule.get("target_minutes") is None:
        return _("no target")
    values = {"time": _time(rule["target_minutes"]), **_details(rule)}
    if rule.get("target_calendar") == "office":
        return _("target %(time)s of office hours") % values
    templates = {
        "working_day_hours": _("target %(time)s on working days"),
        "window_hours": _("target %(time)s of the same hours"),
    }
    return templates.get(str(rule.get("target_model")), _("target %(time)s")) % values


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


def _both(limit: str, target: str) -> str:
    return _("%(limit)s; %(target)s") % {"limit": limit, "target": target}


def _measured(code: str) -> str:
    return {
        "every_message": _("Each message of the buyer is measured."),
        "first_message": _("Only the first message of a conversation is measured."),
        "first_answer": _("The first answer is measured."),
    }.get(code, "")


def _time(minutes: float) -> str:
    if minutes % 60:
        return ngettext("%(num)d minute", "%(num)d minutes", int(minutes)) % {"num": minutes}
    hours = int(minutes // 60)
    return _("%(num)d h") % {"num": hours}


def _details(rule: Mapping[str, Any]) -> dict[str, str]:
    window: Mapping[str, Any] = rule.get("window") or {}
    names = Locale.parse(get_language() or "en", sep="-").days["format"]["abbreviated"]
    days = [names[DAYS.index(day)] for day in window.get("days", ()) if day in DAYS]
    return {
        "days": f"{days[0]}–{days[-1]}" if days else "",
        "start": str(window.get("start", "")),
        "end": str(window.get("end", "")),
        "hour": f"{rule.get('hour') or 12}:00",
    }
