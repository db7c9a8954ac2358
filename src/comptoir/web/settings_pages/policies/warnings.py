"""Warnings of a policy in words: when somebody hears of a deadline, and who."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.alerts.models import Endpoint
from comptoir.core.clocks.warning import WarningRule, read_warnings
from comptoir.core.clocks.warning_specs import EMAIL, ENDPOINT, Of
from comptoir.storage.sorting import by_name
from comptoir.web.settings_pages.policies.conditions import either
from comptoir.web.settings_pages.policy_words import time_words

Endpoints = Mapping[int, str]


def read_endpoints() -> dict[int, str]:
    """Read the places outside that alerts can go to."""
    return by_name(dict(Endpoint.objects.values_list("pk", "name")))


def people() -> dict[str, str]:
    """Name whom a warning can go to inside the desk."""
    return {
        "assignee": pgettext("recipient", "who has the ticket"),
        "team": pgettext("recipient", "the team"),
        "supervisor": pgettext("recipient", "the team leaders"),
    }


def sentences(spec: Mapping[str, Any], endpoints: Endpoints) -> list[str]:
    """Write the warnings of a stored policy, one sentence each."""
    return [_sentence(rule, endpoints) for rule in read_warnings(spec.get("warnings"))]


def moments() -> dict[str, str]:
    """Name the warnings that come at a moment of their own."""
    return {
        Of.LAST_SHIFT: _("Before the last shift that can still answer ends"),
        Of.TARGET_MISSED: _("When the target is missed"),
        Of.LIMIT_MISSED: _("When the limit is missed"),
    }


def _sentence(rule: WarningRule, endpoints: Endpoints) -> str:
    to = either([_recipient(name, endpoints) for name in rule.to], "standard")
    return _("%(when)s: %(to)s.") % {"when": _when(rule), "to": to}


def _when(rule: WarningRule) -> str:
    if rule.of in moments():
        return moments()[rule.of]
    sides = {
        Of.LIMIT: pgettext("warning", "the limit"),
        Of.TARGET: pgettext("warning", "the target"),
        Of.DEADLINE: pgettext("warning", "the limit (without one: the target)"),
    }
    if rule.before is not None:
        minutes = int(rule.before.total_seconds() // 60)
        values = {"time": time_words(minutes), "deadline": sides[rule.of]}
        return _("%(time)s before %(deadline)s") % values
    values = {"share": f"{rule.share:g}", "deadline": sides[rule.of]}
    return _("When %(share)s %% of the time to %(deadline)s is gone") % values


def _recipient(name: str, endpoints: Endpoints) -> str:
    if name.startswith(EMAIL):
        return name.removeprefix(EMAIL)
    if name.startswith(ENDPOINT):
        number = int(name.removeprefix(ENDPOINT))
        return endpoints.get(number, _("an endpoint that was deleted"))
    return people().get(name, name)
