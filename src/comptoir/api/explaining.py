"""Why a clock stands as it does: each step as a code with values, and as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext, pgettext
from ninja import Schema

from comptoir.api.language import Reader
from comptoir.core.clocks import Step
from comptoir.core.clocks.clock import Value
from comptoir.core.clocks.explain import TEMPLATES, filled
from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.core.moments import write_moment
from comptoir.sla.actions.presets import ASSUMED_NAME
from comptoir.sla.versions import OFFICE


class Reason(Schema):
    """One step. Lengths among the values are in seconds, and their names say so."""

    code: str
    values: dict[str, str | float | int]
    at: datetime | None
    sentence: str


def reasons(steps: Iterable[Step], reader: Reader) -> list[Reason]:
    """Say each step to a program and to a person."""
    with translation.override(reader.language):
        return [
            Reason(
                code=step.code,
                values=_plain(step.values),
                at=step.at,
                sentence=_sentence(step, reader),
            )
            for step in steps
        ]


def _sentence(step: Step, reader: Reader) -> str:
    def written(value: Value) -> str:
        if isinstance(value, datetime):
            return reader.moment(value)
        return reader.length(value) if isinstance(value, timedelta) else str(value)

    ours = {"calendar": _calendar_name, "policy": _policy_name}
    values = {
        name: ours[name](str(value)) if name in ours else value
        for name, value in step.values.items()
    }
    said = filled(gettext(TEMPLATES[step.code]), values, written)
    return said[:1].upper() + said[1:]


def _plain(values: Mapping[str, Value]) -> dict[str, str | float | int]:
    made: dict[str, str | float | int] = {}
    for name, value in values.items():
        if isinstance(value, timedelta):
            made[f"{name}_seconds"] = value.total_seconds()
        elif isinstance(value, datetime):
            made[name] = write_moment(value)
        else:
            made[name] = value
    return made


def _calendar_name(name: str) -> str:
    """Name the hours that count; those that come with the product in the reader's language."""
    bare = name.partition("@")[0]
    if bare == ALWAYS_NAME:
        return pgettext("calendar", "the whole week")
    return pgettext("calendar", "office hours") if bare == OFFICE else bare


def _policy_name(name: str) -> str:
    return gettext("Unknown channel") if name == ASSUMED_NAME else name
