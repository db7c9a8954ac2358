"""Answers a search: the tickets it finds, latest first, of those this person may see.

Rights are lexemes of the query, so that what may not be seen is neither found nor counted; each
ticket found is looked at once more in its own table, which may be some seconds ahead of the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from comptoir.inbox.search import planning
from comptoir.inbox.search.asking import Question, Term, Wish
from comptoir.inbox.search.documents import day_of, filter_lexeme, tag_value
from comptoir.inbox.search.folding import words
from comptoir.inbox.search.operators import ME, NOBODY
from comptoir.inbox.search.planning import Clause, Plan
from comptoir.inbox.search.texts import Texts, texts_of
from comptoir.merchant.models import Channel, Person, Role
from comptoir.merchant.rights import Rights
from comptoir.tickets.models import Ticket

CANDIDATES_MAX = 300
COUNT_MAX = 100
MERGED_MAX = 5
"""How often a ticket may have been merged on until it is no longer looked for by its old number."""

HITS_SQL = """
WITH hit AS MATERIALIZED (
    SELECT ticket_id, at FROM inbox_searchdocument WHERE lexemes @@ %(query)s::tsquery
), near AS MATERIALIZED (
    SELECT ticket_id, at FROM hit WHERE (at, ticket_id) < (%(before_at)s, %(before_id)s)
    AND at >= %(since)s AND at < %(until)s ORDER BY at DESC, ticket_id DESC LIMIT %(size)s
)
SELECT n.ticket_id, n.at,
    t.merged_into_id IS NULL AND (t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)
FROM near n JOIN tickets_ticket t ON t.id = n.ticket_id ORDER BY n.at DESC, n.ticket_id DESC
"""
SETTINGS_SQL = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off"
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
FAR_OFF = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """Tickets found, latest first. `count` stops at `COUNT_MAX` and is then "that many or more"."""

    ticket_ids: tuple[int, ...]
    count: int
    next_after: str
    corrections: Mapping[str, str]
    not_understood: tuple[str, ...]
    matching: frozenset[str]
    texts: Mapping[int, Texts]


def find(
    question: Question,
    rights: Rights,
    *,
    zone: str,
    after: str = "",
    size: int = 25,
    channel_id: int | None = None,
) -> Found:
    """Find tickets: two or three reads for words that are known, whatever the size of the desk.

    `zone` is the person's, in which days are meant; `after` the `next_after` of the page before.
    With `channel_id` those of that channel alone.
    """
    if (named := _named(question, rights, channel_id)) is not None:
        return Found((named,), 1, "", {}, (), frozenset(), texts_of([named]))
    filters, not_understood = _filters(question.wishes, rights)
    if question.is_empty:
        return Found((), 0, "", {}, (*question.not_understood, *not_understood), frozenset(), {})
    if channel_id is not None:
        filters.append(Clause((filter_lexeme("channel", channel_id),)))
    plan = planning.plan(question.terms, [*filters, *_rights_clause(rights)])
    search = _Search(plan, question, rights, zone, after)
    wanted = size + 1 if after else COUNT_MAX
    hits = search.hits(max(wanted, size + 1))
    shown = hits[:size]
    texts = texts_of([id_ for id_, _at in shown])
    more = f"{shown[-1][1].isoformat()}_{shown[-1][0]}" if len(hits) > size else ""
    return Found(
        ticket_ids=tuple(id_ for id_, _at in shown),
        count=min(len(hits), COUNT_MAX),
        next_after=more,
        corrections=plan.corrections if hits else {},
        not_understood=(*question.not_understood, *not_understood),
        matching=plan.matching,
        texts=texts,
    )


def _named(question: Question, rights: Rights, channel_id: int | None) -> int | None:
    """Give the ticket whose number is all that is asked, or where it was merged into."""
    asked = question.ticket_id
    for _step in range(MERGED_MAX):
        ticket = Ticket.objects.visible_to(rights).filter(pk=asked).first() if asked else None
        if ticket is None or ticket.merged_into_id is None:
            break
        asked = ticket.merged_into_id
    if ticket is None or ticket.merged_into_id is not None:
        return None
    return ticket.pk if channel_id in (None, ticket.channel_id) else None


class _Search:
    """One search on its way through the days."""

    def __init__(
        self, plan: Plan, question: Question, rights: Rights, zone: str, after: str
    ) -> None:
        self.plan = plan
        self.phrases = [term for term in question.terms if term.kind == "phrase"]
        self.before_at, self.before_id = _place(after)
        self.since = _midnight(question.since_on, zone) or LONG_AGO
        self.until = _midnight(question.until_on, zone) or FAR_OFF
        self.rights = rights

    def hits(self, wanted: int) -> list[tuple[int, datetime]]:
        """Give so many tickets and when each was last written on, or all there are."""
        last = min(self.until, self.before_at)
        found: list[tuple[int, datetime]] = []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS_SQL)
            for window in planning.windows(
                self.plan.clauses,
                wanted=wanted,
                first_day=day_of(self.since) if self.since > LONG_AGO else None,
                last_day=day_of(last) if last < FAR_OFF else None,
            ):
                found = self._in_window(cursor, window, wanted)
                if len(found) >= wanted:
                    break
        return found[:wanted]

    def _in_window(
        self, cursor: Any, window: Sequence[str], wanted: int
    ) -> list[tuple[int, datetime]]:
        size = CANDIDATES_MAX if self.phrases else wanted + 20
        values = {
            "query": planning.tsquery(self.plan.clauses, window),
            "before_at": self.before_at,
            "before_id": self.before_id,
            "since": self.since,
            "until": self.until,
            "size": size,
            "channels": list(self.rights.channel_ids),
            "me": self.rights.person_id,
        }
        cursor.execute(HITS_SQL, values)
        rows = [(id_, at) for id_, at, is_visible in cursor.fetchall() if is_visible]
        return _with_phrases(rows, self.phrases, wanted) if self.phrases else rows


def _with_phrases(
    rows: list[tuple[int, datetime]], phrases: Sequence[Term], wanted: int
) -> list[tuple[int, datetime]]:
    """Keep the tickets whose texts hold the words of each phrase side by side."""
    kept: list[tuple[int, datetime]] = []
    for start in range(0, len(rows), 50):
        part = rows[start : start + 50]
        texts = texts_of([id_ for id_, _at in part])
        for id_, at in part:
            flat = f" {' '.join(words(texts[id_].whole))} " if id_ in texts else ""
            if all((f" {' '.join(one.words)} " in flat) != one.is_denied for one in phrases):
                kept.append((id_, at))
        if len(kept) >= wanted:
            break
    return kept


def _filters(wishes: Sequence[Wish], rights: Rights) -> tuple[list[Clause], tuple[str, ...]]:
    """Give the clauses of filters, and those whose value nobody knows."""
    clauses: list[Clause] = []
    unknown: list[str] = []
    for wish in wishes:
        lexemes = _LOOK_UP[wish.name](wish.values, rights)
        if lexemes:
            clauses.append(Clause(tuple(lexemes), wish.is_denied))
        else:
            unknown.append(f"{wish.name}:{','.join(wish.values)}")
            clauses.append(Clause((filter_lexeme("nothing", 0),), wish.is_denied))
    return clauses, tuple(unknown)


def _rights_clause(rights: Rights) -> list[Clause]:
    if rights.role in (Role.ADMIN, Role.READER):
        return []
    lexemes = [filter_lexeme("channel", id_) for id_ in rights.channel_ids]
    return [Clause((*lexemes, filter_lexeme("assignee", rights.person_id)))]


def _channels(values: Sequence[str], rights: Rights) -> list[str]:
    """Find channels of this person whose name has the words asked for, or all of a marketplace."""
    rows = Channel.objects.filter(id__in=rights.channel_ids)
    said = {
        id_: words(" ".join(names))
        for id_, *names in rows.values_list("id", "name", "short_name", "marketplace", "country")
    }
    found = [
        filter_lexeme("channel", id_)
        for id_, names in said.items()
        for value in values
        if all(any(one.startswith(word) for one in names) for word in words(value))
    ]
    return list(dict.fromkeys(found))


def _assignees(values: Sequence[str], rights: Rights) -> list[str]:
    found = []
    for value in values:
        asked = words(value)
        if set(asked) & ME:
            found.append(rights.person_id)
        elif set(asked) & NOBODY:
            found.append(0)
        else:
            found += [
                id_
                for id_, name in Person.objects.values_list("id", "name")
                if all(any(one.startswith(word) for one in words(name)) for word in asked)
            ]
    return [filter_lexeme("assignee", id_) for id_ in found]


def _states(values: Sequence[str], _rights: Rights) -> list[str]:
    known = {
        "open": ["=status:open"],
        "waiting": [
            "=status:waiting_on_buyer", "=status:waiting_on_marketplace",
            "=status:waiting_internally",
        ],
        "solved": ["=status:solved"],
        "history": ["=status:closed"],
        "snoozed": ["=is:snoozed"],
        "queued": ["=is:queued"],
        "claim": ["=tier:0"],
        "risk": ["=tier:0", "=tier:1"],
    }  # fmt: skip
    return [lexeme for value in values for lexeme in known[value]]


def _plain(name: str) -> Any:
    return lambda values, _rights: [
        filter_lexeme(name, tag_value(value)) for value in values if words(value)
    ]


_LOOK_UP: dict[str, Any] = {
    "channel": _channels,
    "assignee": _assignees,
    "is": _states,
    **{name: _plain(name) for name in ("marketplace", "tag", "has", "language", "country")},
}


def _place(after: str) -> tuple[datetime, int]:
    """Read a place in the results; what cannot be read is their beginning."""
    at, _, id_ = after.rpartition("_")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), int(id_)
    except (ValueError, OverflowError):
        return FAR_OFF, 0


def _midnight(day: date | None, zone: str) -> datetime | None:
    if day is None or not 1900 < day.year < 9000:
        return None
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
