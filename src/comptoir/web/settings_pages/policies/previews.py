"""What an edit would do to the open tickets, in words, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.core.clocks import Clock
from comptoir.tickets.previewing import Line, Preview
from comptoir.web.present.clocks import kind_words, state_words
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class Example:
    """One ticket that would change: its next deadline as it is and as it would be.

    `moved` is 1 for later, -1 for earlier, 0 where no deadline moves.
    """

    address: str
    buyer: str
    channel: str
    before: str
    after: str
    moved: int


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The preview: a summary, what is alarming about it, and examples."""

    summary: str
    details: tuple[str, ...]
    alarms: tuple[str, ...]
    examples: tuple[Example, ...]
    starts_at: datetime | None


def make_preview(found: Preview, times: Times, *, starts_at: datetime | None) -> PreviewView:
    """Put a preview into words; `starts_at` where the change begins later."""
    return PreviewView(
        summary=_summary(found),
        details=tuple(_details(found)),
        alarms=tuple(_alarms(found)),
        examples=tuple(_example(line, times) for line in found.examples),
        starts_at=starts_at,
    )


def _summary(found: Preview) -> str:
    values = {"open": found.open_count, "num": found.changed}
    if not found.changed:
        return _("Of %(open)d open tickets none would change.") % values
    return (
        ngettext(
            "Of %(open)d open tickets %(num)d would change.",
            "Of %(open)d open tickets %(num)d would change.",
            found.changed,
        )
        % values
    )


def _details(found: Preview) -> list[str]:
    said = []
    if found.earlier:
        text = ngettext(
            "%(num)d would be due earlier.", "%(num)d would be due earlier.", found.earlier
        )
        said.append(text % {"num": found.earlier})
    if found.later:
        text = ngettext("%(num)d would be due later.", "%(num)d would be due later.", found.later)
        said.append(text % {"num": found.later})
    if found.back_in_time:
        text = ngettext(
            "%(num)d would no longer be late.",
            "%(num)d would no longer be late.",
            found.back_in_time,
        )
        said.append(text % {"num": found.back_in_time})
    if found.looked_at < found.open_count:
        text = _("Looked at the %(num)d that are due first.")
        said.append(text % {"num": found.looked_at})
    return said


def _alarms(found: Preview) -> list[str]:
    said = []
    if found.newly_past_target:
        text = ngettext(
            "%(num)d would be past its target at once.",
            "%(num)d would be past their target at once.",
            found.newly_past_target,
        )
        said.append(text % {"num": found.newly_past_target})
    if found.newly_past_limit:
        text = ngettext(
            "%(num)d would be past its limit at once.",
            "%(num)d would be past their limit at once.",
            found.newly_past_limit,
        )
        said.append(text % {"num": found.newly_past_limit})
    return said


def _example(line: Line, times: Times) -> Example:
    return Example(
        address=f"/tickets/{line.ticket_id}",
        buyer=line.buyer_name or _("Unknown buyer"),
        channel=channel_name(line.channel_name),
        before=_clock(line.before, times),
        after=_clock(line.after, times),
        moved=line.moved,
    )


def _clock(clock: Clock | None, times: Times) -> str:
    if clock is None:
        return _("no deadline")
    kind = kind_words(times.language).get(clock.kind, clock.kind)
    parts = [kind]
    if clock.target_at:
        parts.append(_("target %(time)s") % {"time": times.short(clock.target_at)})
    if clock.limit_at:
        parts.append(_("limit %(time)s") % {"time": times.short(clock.limit_at)})
    if clock.state != "running":
        parts.append(state_words(times.language).get(clock.state, clock.state).lower())
    return ", ".join(parts)
