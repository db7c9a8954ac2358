"""One version of a policy in sentences, and what is different between two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from comptoir.sla.actions import presets
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import OFFICE, STAFFED
from comptoir.web.settings_pages import policy_words
from comptoir.web.settings_pages.policies import conditions, hours, warnings

CALENDAR_REASON = re.compile(r"calendar (.+), version (\d+)")


@dataclass(frozen=True, slots=True)
class Words:
    """The names that sentences about policies need: read once a page."""

    known: conditions.Known
    hours: hours.Names
    endpoints: warnings.Endpoints


@dataclass(frozen=True, slots=True)
class Change:
    """What one edit changed: a sentence as it was and as it is; empty where there is none."""

    before: str
    after: str


def read_words() -> Words:
    """Read the names that sentences about policies need."""
    return Words(conditions.read_known(), hours.names(), warnings.read_endpoints())


def promises(spec: Mapping[str, Any], words: Words) -> list[str]:
    """Write what a policy promises."""
    return policy_words.sentences(spec, words.hours)


def reason(version: PolicyVersion, words: Words) -> str:
    """Give why a version was made; the product's own reasons in the reader's language."""
    ours = {
        presets.PRESET_REASON: _("Taken from the rulebook."),
        presets.UNKNOWN_REASON: _("Nothing is known of this channel."),
        presets.DEFAULT_REASON: _("Holds where no other policy does."),
    }
    if version.reason in ours:
        return ours[version.reason]
    if found := CALENDAR_REASON.fullmatch(version.reason):
        name, number = found.groups()
        values = {"hours": words.hours.get(name, name), "number": number}
        return _("The hours were changed: %(hours)s, version %(number)s.") % values
    return _("Reason: %(reason)s") % {"reason": version.reason} if version.reason else ""


def changes(before: PolicyVersion, after: PolicyVersion, words: Words) -> list[Change]:
    """Compare two versions sentence by sentence; equal ones are left out."""
    old, new = _all(before, words), _all(after, words)
    found = [
        Change(old.get(name, ""), new.get(name, ""))
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name) != new.get(name)
    ]
    versions = after.spec.get("calendars", {})
    was = before.spec.get("calendars", {})
    for name in sorted(versions.keys() & was.keys()):
        if versions[name] != was[name]:
            values = {"hours": words.hours.get(name, name)}
            found.append(
                Change(
                    _("%(hours)s: version %(number)s") % {**values, "number": was[name]},
                    _("%(hours)s: version %(number)s") % {**values, "number": versions[name]},
                )
            )
    return found


def _all(version: PolicyVersion, words: Words) -> dict[str, str]:
    spec = version.spec
    said = {"name": _("Name: %(name)s.") % {"name": spec.get("name", version.policy.name)}}
    if not version.policy.channel_id and not version.policy.is_default:
        applies = conditions.sentence(version.conditions, words.known)
        said["conditions"] = _("Applies to: %(tickets)s.") % {"tickets": applies}
    said |= policy_words.described(spec, words.hours)
    said["inherits"] = _("Limits: those of the channel.") if spec.get("inherits") else ""
    sure = _("The limit is confirmed.") if version.limit_is_confirmed else ""
    said["confirmed"] = sure or _("The limit is assumed.")
    staffed = str(spec.get(STAFFED) or OFFICE)
    said["staffed"] = _("Hours of the team: %(hours)s.") % {
        "hours": words.hours.get(staffed, staffed)
    }
    for number, sentence in enumerate(warnings.sentences(spec, words.endpoints)):
        said[f"warning {number}"] = _("Warning: %(sentence)s") % {"sentence": sentence}
    return {name: sentence for name, sentence in said.items() if sentence}
