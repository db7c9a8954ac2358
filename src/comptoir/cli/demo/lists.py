"""Views that the shop's people keep in their rail, and the tags they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from comptoir.inbox import queue, saved_views
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.filters import Filters
from comptoir.merchant.models import Person
from comptoir.merchant.rights import rights_of
from comptoir.tickets.actions import tag

TAGS = {
    "damaged_defective": ("broken", 6),
    "where_is_my_order": ("carrier asked", 4),
    "invoice_request": ("accounting", 4),
}
"""By what a ticket is about: the tag, and how many get it."""
EXPENSIVE_FROM = "150-"


def make_lists(people: Mapping[str, Person], *, now: datetime) -> None:
    """Tag some open tickets, then keep a few views: shared ones and people's own."""
    _tag(people["camille"], now=now)
    camille, lukas, ines = people["camille"], people["lukas"], people["ines"]
    for name, share, by, view, chosen in (
        ("Due today", "all", lukas, "queue", {"due": ("today",)}),
        ("Broken goods", "all", camille, "queue", {"tag": ("broken",)}),
        ("Expensive orders", "me", camille, "queue", {"worth": (EXPENSIVE_FROM,)}),
        ("Allemagne sans réponse", "me", ines, "unassigned", {"language": ("de",)}),
        ("Clients fâchés", "me", ines, "queue", {"tier": ("0", "1")}),
    ):
        listed = queue.ask(view, Filters(chosen))  # type: ignore[arg-type]  # names of the table
        saved_views.keep(name, listed, columns=[], share=share, by=by, now=now)


def _tag(by: Person, *, now: datetime) -> None:
    rights = rights_of(by)
    left = {intent: count for intent, (_, count) in TAGS.items()}
    for row in queue.page(rights, moment=Moment(now), size=200).rows:
        intent = next((intent for intent in row.intents if left.get(intent)), None)
        if intent:
            left[intent] -= 1
            tag.add(row.id, TAGS[intent][0], by=by, now=now)
