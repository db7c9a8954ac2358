"""Sentences of the form with their numbers and days filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from comptoir.channels.contact_form.submission import FILES_BYTES_MAX, FILES_MAX, TEXT_CHARS_MAX
from comptoir.channels.contact_form.wording import accepted, wording
from comptoir.inbox.forms.orders import OrderShown, ParcelShown
from comptoir.inbox.forms.pages import Talk
from comptoir.web.contact_form.judging import Judged

__all__ = ["accepted", "errors", "files_help", "order", "problem"]

MEGA = 1024 * 1024
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OrderLines:
    """An order as a buyer reads it."""

    title: str
    state: str
    lines: tuple[str, ...]
    parcels: tuple[ParcelShown, ...]


def problem(judged: Judged, language: str) -> str:
    """Say what stands in the way of the whole message; empty when it is only fields, or nothing."""
    said = wording(language)
    if judged.wait is not None:
        minutes = max(1, -(-judged.wait // MINUTE))
        return said.errors["often"].format(minutes=minutes)
    if judged.problem == "confirm":
        return said.confirm
    return said.errors[judged.problem] if judged.problem else said.wrong if judged.fields else ""


def errors(fields: Mapping[str, str], language: str) -> dict[str, str]:
    """Say what is wrong with each field."""
    said, numbers = wording(language).errors, _numbers()
    return {name: said[code].format(**numbers) for name, code in fields.items()}


def files_help(language: str) -> str:
    """Say which files may come along."""
    return wording(language).files_help.format(**_numbers())


def order(shown: OrderShown | None, language: str) -> OrderLines | None:
    """Tell an order in a buyer's language."""
    if shown is None:
        return None
    said = wording(language)
    days = (
        (said.placed, shown.placed_on),
        (said.shipped, shown.shipped_on),
        (said.promised, None if shown.delivered_on else shown.promised_on),
        (said.delivered, shown.delivered_on),
    )
    return OrderLines(
        title=said.order_found.format(order=shown.number),
        state=said.states.get(shown.state, ""),
        lines=tuple(line.format(day=day(at, language)) for line, at in days if at is not None),
        parcels=shown.parcels,
    )


def day(at: date, language: str) -> str:
    """Write a day out: 3 November 2026."""
    return str(format_date(at, "long", locale="en_GB" if language == "en" else language))


def moments(talk: Talk) -> list[str]:
    """Write when each message of a conversation was sent, in the shop's time zone."""
    zone = ZoneInfo(talk.form.channel.time_zone)
    locale = "en_GB" if talk.language[:2] == "en" else talk.language[:2]
    return [
        format_datetime(one.at, "d MMM y, HH:mm", tzinfo=zone, locale=locale) for one in talk.said
    ]


def _numbers() -> dict[str, int]:
    return {"count": FILES_MAX, "size": FILES_BYTES_MAX // MEGA, "chars": TEXT_CHARS_MAX}
