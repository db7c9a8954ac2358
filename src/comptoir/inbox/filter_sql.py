"""Filters as conditions on `tickets_ticket t`: fixed texts, and every value a parameter.

Each condition stands alone, without a join around it, so that lists, counts and single rows can all
use it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.channels.kernel.catalogue import cards
from comptoir.inbox.filters import ME, NOBODY, STREAMS, Filters
from comptoir.inbox.search import asking, planning
from comptoir.orders.worth import RETURNING_ORDERS, VIP_ORDERS, VIP_SPENT

AGES = {"4h": timedelta(hours=4), "1d": timedelta(days=1)} | {
    f"{days}d": timedelta(days=days) for days in (3, 7)
}

TYPES = {
    "claim": "{claim}",
    "return_request": "NOT {claim} AND {returned}",
    "order_question": "NOT {claim} AND NOT {returned} AND {ordered}",
    "pre_sale_question": "NOT {claim} AND NOT {returned} AND NOT {ordered}",
}
"""What a conversation is about, as `tickets.promising.message_type` tells policies."""
TYPE_PARTS = {
    "claim": "EXISTS (SELECT 1 FROM tickets_fact f WHERE f.ticket_id = t.id"
    " AND f.kind = 'case_opened')",
    "returned": "EXISTS (SELECT 1 FROM tickets_fact f WHERE f.ticket_id = t.id"
    " AND f.kind = 'return_requested')",
    "ordered": "(t.order_number <> '' OR t.order_id IS NOT NULL)",
}
CUSTOMER_SQL = f"""t.customer_id IS NOT NULL AND (SELECT CASE
    WHEN count(*) >= {VIP_ORDERS} OR coalesce(sum(w.total), 0) >= {VIP_SPENT} THEN 'vip'
    WHEN count(*) >= {RETURNING_ORDERS} THEN 'returning' ELSE 'new' END
    FROM orders_order w WHERE w.customer_id = t.customer_id AND w.state <> 'cancelled'
    ) = ANY(%(f_customer)s)"""  # noqa: S608 - made of the constants of `orders.worth`
DRAFT_SQL = """EXISTS (SELECT 1 FROM tickets_draft d WHERE d.ticket_id = t.id AND d.text <> ''"""
ADVERT = "annonce"
"""How a mail about a visitor's question calls the article (Rakuten; docs/channels/rakuten_fr.md)."""
STREAM_SQL = "EXISTS (SELECT 1 FROM tickets_message m WHERE m.ticket_id = t.id"
BEFORE_SALE_SQL = f"""t.order_number = '' AND t.order_id IS NULL AND t.channel_id IN
    (SELECT x.id FROM merchant_channel x WHERE x.marketplace = ANY(%(f_asked_by_mail)s))
    AND {STREAM_SQL} AND m.author = 'buyer' AND m.subject ILIKE %(f_advert)s)
    AND NOT {STREAM_SQL} AND m.links ? 'stream')"""  # noqa: S608 - made of a constant
TEXT_SQL = """EXISTS (SELECT 1 FROM inbox_searchdocument s
    WHERE s.ticket_id = t.id AND s.lexemes @@ %(f_query)s::tsquery)"""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a list is asked for, and where the day of the reader ends."""

    now: datetime
    zone: str = "UTC"

    def day_end(self, days: int = 0) -> datetime:
        """Give the end of the reader's day, or of the one so many days later."""
        today = self.now.astimezone(ZoneInfo(self.zone)).date()
        return datetime.combine(today + timedelta(days=days + 1), time(), ZoneInfo(self.zone))


def condition(
    filters: Filters, moment: Moment, values: dict[str, Any], *, prefix: str = "f"
) -> str:
    """Write the condition, beginning with " AND " where there is one, and add its `values`.

    `prefix` keeps the values of several filters in one statement apart. `values` must hold `me`.
    """
    written = ""
    for name, chosen in filters.chosen.items():
        own: dict[str, Any] = {}
        text = CLAUSES[name](chosen, moment, own)
        for key, value in own.items():
            text = text.replace(f"%({key})s", f"%({prefix}_{key})s")
            values[f"{prefix}_{key}"] = value
        written += f" AND ({text})"
    return written


Values = dict[str, Any]
Clause = Callable[[tuple[str, ...], Moment, Values], str]


def _numbers(column: str, key: str) -> Clause:
    def clause(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
        numbers = [int(value) for value in chosen]
        values[key] = numbers[0] if len(numbers) == 1 else numbers
        return f"{column} = %({key})s" if len(numbers) == 1 else f"{column} = ANY(%({key})s)"

    return clause


def _any_of(text: str, key: str) -> Clause:
    def clause(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
        values[key] = list(chosen)
        return text

    return clause


def _type(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    return " OR ".join(f"({TYPES[kind].format(**TYPE_PARTS)})" for kind in chosen)


def _tag(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    for number, tag in enumerate(chosen):
        values[f"f_tag{number}"] = json.dumps([tag])
    wanted = " OR ".join(f"t.tags @> %(f_tag{n})s::jsonb" for n in range(len(chosen)))
    return f"NOT (t.tags = '[]'::jsonb) AND ({wanted})"  # the first part opens the partial index


def _stream(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    """Ask what its messages came by; questions before a sale may come by mail, without an order."""
    values["f_stream"] = [called for name in chosen for called in STREAMS[name]]
    told = f"{STREAM_SQL} AND m.links->>'stream' = ANY(%(f_stream)s))"
    if "offer" not in chosen:
        return told
    values["f_advert"] = f"%{ADVERT}%"
    values["f_asked_by_mail"] = sorted(asked_by_mail())
    return f"{told} OR ({BEFORE_SALE_SQL})"


@cache
def asked_by_mail() -> frozenset[str]:
    """Name the marketplaces whose API keeps to orders: questions before a sale come by mail."""
    streams = ((card, set(card.streams)) for card in cards().values())
    kept = [card for card, names in streams if "order" in names and "offer" not in names]
    return frozenset(name for card in kept for name in card.serves.marketplaces)


def _assignee(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    parts = []
    if ME in chosen:
        parts.append("t.assignee_id = %(me)s")
    if NOBODY in chosen:
        parts.append("t.assignee_id IS NULL")
    if people := [int(value) for value in chosen if value not in (ME, NOBODY)]:
        values["f_assignee"] = people
        parts.append("t.assignee_id = ANY(%(f_assignee)s)")
    return " OR ".join(parts)


def _worth(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    worth = Filters({"worth": chosen}).worth
    if worth is None:
        return "TRUE"
    text = "SELECT 1 FROM orders_order w WHERE w.id = t.order_id"
    for name, sign in (("least", ">="), ("most", "<=")):
        bound = getattr(worth, name)
        if bound is not None:
            values[f"f_{name}"] = bound
            text += f" AND w.total {sign} %(f_{name})s"
    if worth.currency:
        values["f_currency"] = worth.currency
        text += " AND w.currency = %(f_currency)s"
    return f"EXISTS ({text})"


def _due(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    values["f_due_now"] = moment.now
    if chosen[0] == "passed":
        return "t.queue_tier IS NOT NULL AND least(t.target_at, t.limit_at) < %(f_due_now)s"
    values["f_due"] = {
        "2h": moment.now + timedelta(hours=2),
        "today": moment.day_end(),
        "week": moment.day_end(6),
    }[chosen[0]]
    sides = (f"t.{at} >= %(f_due_now)s AND t.{at} < %(f_due)s" for at in ("target_at", "limit_at"))
    return f"t.queue_tier IS NOT NULL AND (({') OR ('.join(sides)}))"


def _age(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    values["f_asked"] = moment.now - AGES[chosen[0]]
    return "t.oldest_unanswered_at < %(f_asked)s"


def _draft(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    whose = "d.person_id = %(me)s" if chosen[0] == "mine" else "TRUE"
    return f"{DRAFT_SQL} AND {whose})"


def _text(chosen: tuple[str, ...], moment: Moment, values: Values) -> str:
    """Ask the index of search: all that is said on a ticket, accents and typing errors forgiven.

    It may be some seconds behind. Of the search's operators those on words count (`from:`, `order:`);
    a list has filters of its own for the rest.
    """
    today = moment.now.astimezone(ZoneInfo(moment.zone)).date()
    terms = asking.read(chosen[0], today=today).terms
    query = planning.tsquery(planning.plan(terms, []).clauses) if terms else ""
    if not query:
        return "FALSE"
    values["f_query"] = query
    return TEXT_SQL


CLAUSES: Mapping[str, Clause] = {
    "channel": _numbers("t.channel_id", "f_channel"),
    "marketplace": _any_of(
        "t.channel_id IN (SELECT x.id FROM merchant_channel x"
        " WHERE x.marketplace = ANY(%(f_marketplace)s))",
        "f_marketplace",
    ),
    "country": _any_of(
        "t.channel_id IN (SELECT x.id FROM merchant_channel x"
        " WHERE x.country = ANY(%(f_country)s))",
        "f_country",
    ),
    "language": _any_of("split_part(t.language, '-', 1) = ANY(%(f_language)s)", "f_language"),
    "tier": _numbers("t.tier", "f_tier"),
    "type": _type,
    "stream": _stream,
    "intent": _any_of("t.intents ?| %(f_intent)s", "f_intent"),
    "tag": _tag,
    "assignee": _assignee,
    "team": _numbers("t.team_id", "f_team"),
    "worth": _worth,
    "order": _any_of(
        "EXISTS (SELECT 1 FROM orders_order w WHERE w.id = t.order_id"
        " AND w.state = ANY(%(f_order)s))",
        "f_order",
    ),
    "customer": _any_of(CUSTOMER_SQL, "f_customer"),
    "due": _due,
    "age": _age,
    "status": _any_of("t.status = ANY(%(f_status)s)", "f_status"),
    "draft": _draft,
    "text": _text,
}
"""One condition a name of `filters.NAMES`."""
