"""Why a clock stands as it does: the steps of the core as sentences, in the reader's language.

The sentences are the core's own templates (`comptoir.core.clocks.explain`); the message catalogue
takes them from there, so that commands and pages say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext, pgettext

from comptoir.core.clocks.clock import Step, Value
from comptoir.core.clocks.explain import TEMPLATES, filled
from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.sla.versions import OFFICE
from comptoir.web.present.names import policy_name
from comptoir.web.present.times import Times


def sentences(steps: Iterable[Step], times: Times) -> list[str]:
    """Say the steps, one sentence each."""
    return [_sentence(step, times) for step in steps]


def _sentence(step: Step, times: Times) -> str:
    def written(value: Value) -> str:
        if isinstance(value, datetime):
            return times.short(value)
        if isinstance(value, timedelta):
            return times.length(value.total_seconds())
        return str(value)

    said = filled(gettext(TEMPLATES[step.code]), _named(step.values), written)
    return said[:1].upper() + said[1:]


def _named(values: Mapping[str, Value]) -> dict[str, Value]:
    """Say names that are ours in the reader's language."""
    ours = {"calendar": calendar_name, "policy": policy_name}
    return {
        name: ours[name](str(value)) if name in ours else value for name, value in values.items()
    }


def calendar_name(name: str) -> str:
    """Name the hours that count: those that come with the product in the reader's language."""
    own = {
        ALWAYS_NAME: pgettext("calendar", "the whole week"),
        OFFICE: pgettext("calendar", "office hours"),
    }
    bare = name.partition("@")[0]
    return own.get(bare, bare)
