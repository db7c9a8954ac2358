"""One line of a list, as the template shows it: finished words, nothing left to decide."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from comptoir.core.priority import Lane
from comptoir.inbox.listing import QueueRow
from comptoir.web.present.deadlines import Deadline, make_deadline, stages_of
from comptoir.web.present.money import money
from comptoir.web.present.names import channel_name
from comptoir.web.present.people import initials
from comptoir.web.present.times import Times, epoch
from comptoir.web.present.vocabulary import list_words, statuses, tiers, topics

CHIPS_MAX = 2
TAGS_MAX = 3
UNDELIVERED = {"refused": ("chip--bad", "alarm"), "uncertain": ("chip--warn", "question")}
WAITING = ("waiting_on_buyer", "waiting_on_marketplace", "waiting_internally")
OVERDUE, ELSEWHERE = 3, 9
"""Places beside the queue's own: what is past our target and has no limit to lose, and what stands
in no queue."""


class Chip(NamedTuple):
    """A word in a small frame; `tone` is a class of `cards.css` or empty."""

    text: str
    tone: str = ""
    icon: str = ""


class RowView(NamedTuple):
    """What one row shows; a named tuple, because a list makes fifty and frozen classes are slow.

    `deadline` is None where nothing is owed; then `standing` speaks. `moments` are attributes: from
    when on it stands elsewhere.
    """

    id: int
    tier: int
    place: int
    moments: Markup
    deadline: Deadline | None
    standing: str
    standing_icon: str
    standing_since: str
    channel: str
    channel_name: str
    buyer: str
    message_count: int
    gist: str
    language: str
    order_number: str
    amount: str
    chips: tuple[Chip, ...]
    marks: tuple[Chip, ...]
    assignee: str
    assignee_initials: str
    is_mine: bool
    is_over: bool
    country: str
    tags: tuple[str, ...]
    more_tags: str
    age: str
    team: str


def make_row(row: QueueRow, times: Times, *, me: int, place: int | None = None) -> RowView:
    """Make one line; `place` is that of `place_of`, where it was asked for already."""
    words = list_words(times.language)
    deadline = _deadline(row, times)
    return RowView(
        id=row.id,
        tier=row.tier,
        place=place_of(row, times.now) if place is None else place,
        moments=_moments(row),
        deadline=deadline,
        standing="" if deadline else statuses(times.language).get(row.status, row.status),
        standing_icon=_standing_icon(row.status),
        standing_since=""
        if deadline
        else words["since"].format(time=times.short(row.last_message_at)),
        channel=row.channel_short,
        channel_name=channel_name(row.channel_name),
        buyer=row.buyer_name or words["unknown_buyer"],
        message_count=row.message_count,
        gist=row.gist or words["no_text"],
        language=row.language,
        order_number=row.order_number,
        amount=money(row.order_total, row.order_currency, times.language),
        chips=_chips(row, times.language),
        marks=_marks(row, times),
        assignee=row.assignee_name or words["nobody"],
        assignee_initials=initials(row.assignee_name),
        is_mine=row.assignee_id == me,
        is_over=row.status in ("solved", "closed"),
        country=row.country,
        tags=row.tags[:TAGS_MAX],
        more_tags=f"+{len(row.tags) - TAGS_MAX}" if len(row.tags) > TAGS_MAX else "",
        age=times.length((times.now - row.oldest_unanswered_at).total_seconds())
        if row.oldest_unanswered_at
        else "",
        team=row.team_name,
    )


def place_of(row: QueueRow, now: datetime) -> int:
    """Give the part of the list a row stands in: its lane, or `OVERDUE`, or `ELSEWHERE`.

    What is past our own target, with no limit of a marketplace ahead, keeps its turn among what is
    in time (`core.priority`), but nothing of it is to be saved any more. Browsers go on by the same
    moments (`lists/places.js`).
    """
    if row.queue_tier is None or row.queue_at is None:
        return ELSEWHERE
    overdue_from = _overdue_from(row)
    return OVERDUE if overdue_from is not None and overdue_from < now else row.queue_tier


def _overdue_from(row: QueueRow) -> datetime | None:
    if row.queue_tier != Lane.IN_TIME or row.queue_at is None or row.overdue_at is None:
        return None
    return max(row.overdue_at, row.queue_at)


def _moments(row: QueueRow) -> Markup:
    moments = {"overdue": _overdue_from(row), "lost": row.lost_at}
    return Markup(  # noqa: S704 - numbers only
        "".join(f' data-{name}="{epoch(at)}"' for name, at in moments.items() if at)
    )


def _deadline(row: QueueRow, times: Times) -> Deadline | None:
    start = row.oldest_unanswered_at or (
        row.last_message_at if row.queue_tier is not None else None
    )
    if start is None:
        return None
    stages = stages_of(start, row.target_at, row.limit_at, limit_is_planning=row.limit_is_planning)
    if stages is None:
        return None
    return make_deadline(stages, times, limit_is_confirmed=row.limit_is_confirmed)


def _standing_icon(status: str) -> str:
    if status in WAITING:
        return "hourglass"
    return {"solved": "check", "closed": "archive"}.get(status, "inbox")


def _marks(row: QueueRow, times: Times) -> tuple[Chip, ...]:
    """Say that our reply did not arrive, who is on it now, whether it sleeps, and who asks for the reader."""
    words, marks = list_words(times.language), []
    if row.undelivered:
        marks.append(Chip(words[row.undelivered], *UNDELIVERED[row.undelivered]))
    if row.viewers:
        names = ", ".join(name.split()[0] for name in row.viewers[:2] if name.split())
        text = words["writes"] if row.is_being_answered else words["looks"]
        icon = "pencil" if row.is_being_answered else "eye"
        marks.append(Chip(text.format(name=names), "chip--here", icon))
    if row.is_mentioned:
        marks.append(Chip(words["mentioned"], "chip--accent", "at"))
    if row.snoozed_until_at:
        text = words["snoozed"].format(time=times.short(row.snoozed_until_at))
        marks.append(Chip(text, "", "moon"))
    return tuple(marks)


def _chips(row: QueueRow, language: str) -> tuple[Chip, ...]:
    """Give two words at most: what makes it urgent, then what it is about, nothing twice."""
    words, chips = topics(language, row.marketplace), []
    reasons = row.tier_reasons if row.tier <= 1 else ()
    if row.tier <= 1 and row.status not in ("solved", "closed"):
        named = next((words[code] for code in reasons if code in words), "")
        tone = "chip--bad" if row.tier == 0 else "chip--warn"
        chips.append(Chip(named or tiers(language)[row.tier], tone))
    if row.is_watched_only:
        chips.append(Chip(list_words(language)["watched"], "chip--accent"))
    chips += [
        Chip(words[code])
        for code in row.intents
        if code in words and not any(reason.startswith(code) for reason in reasons)
    ]
    return tuple(chips[:CHIPS_MAX])
