"""What lists and their rail know of the desk: counts, names, saved views. Kept for seconds."""

from __future__ import annotations

from django.db import connection

from comptoir.inbox import filters, queue, saved_views
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.models import SavedView
from comptoir.merchant.models import Channel, Person, Role, Team
from comptoir.merchant.rights import Rights
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.storage.sorting import by_name, name_key
from comptoir.web.keeping import forget, keep
from comptoir.web.present.names import channel_name

NAMES_SECONDS = 5.0
TAGS_SECONDS = 20.0
TAGGED_LOOKED_AT = 5000
TAGS_SQL = """
SELECT tag FROM (
    SELECT jsonb_array_elements_text(x.tags) AS tag FROM (
        SELECT t.tags FROM tickets_ticket t
        WHERE t.channel_id = ANY(%s) AND NOT (t.tags = '[]'::jsonb) LIMIT %s
    ) x
) y GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 60
"""


def counts(rights: Rights) -> dict[str, int]:
    """Give the counts of a person's views, saved ones too (`saved:7`), a few seconds old at most."""
    numbers: dict[str, int] = keep(
        ("counts", rights), lambda: queue.counts(rights, now=clock.now())
    )
    own: dict[str, int] = keep(
        ("saved_counts", rights), lambda: _saved_counts(rights), seconds=NAMES_SECONDS
    )
    aside = {"quarantine": quarantined()} if rights.may_administer else {}
    return numbers | own | aside


def quarantined() -> int:
    """Count what could not be read."""
    count: int = keep("quarantine", _quarantined, seconds=NAMES_SECONDS)
    return count


def channels(rights: Rights) -> list[tuple[int, str, str]]:
    """Give the channels a person sees, by name: id, name, short name."""
    return [(id_, channel_name(name), short) for id_, name, short, *_ in _channels(rights)]


def places(rights: Rights) -> list[tuple[str, str]]:
    """Give where a person's channels sell: marketplace and country, each pair once."""
    return list(dict.fromkeys((market, country) for *_, market, country in _channels(rights)))


def names() -> dict[int, str]:
    """Give everybody's name by number."""
    kept: dict[int, str] = keep("names", _names, seconds=NAMES_SECONDS)
    return kept


def colleagues() -> dict[int, str]:
    """Give the names of those who answer, by number."""
    kept: dict[int, str] = keep("colleagues", _colleagues, seconds=NAMES_SECONDS)
    return kept


def teams() -> dict[int, str]:
    """Give the teams' names by number."""
    kept: dict[int, str] = keep("teams", _teams, seconds=NAMES_SECONDS)
    return kept


def tags(rights: Rights) -> list[str]:
    """Give the tags in use, the most used first."""
    kept: list[str] = keep(("tags", rights), lambda: _tags(rights), seconds=TAGS_SECONDS)
    return kept


def views(rights: Rights) -> list[SavedView]:
    """Give the saved views in a person's rail."""
    kept: list[SavedView] = keep(
        ("saved_views", rights), lambda: saved_views.visible_to(rights), seconds=NAMES_SECONDS
    )
    return kept


def forget_views() -> None:
    """Ask for saved views anew: one was just made, changed or dropped."""
    forget("saved_views", "saved_counts", "rail")


def _saved_counts(rights: Rights) -> dict[str, int]:
    person = Person.objects.filter(pk=rights.person_id).values_list("time_zone", flat=True).first()
    known = filters.Known(channels=rights.channel_ids, people=names(), teams=teams())
    lists = [
        (
            f"saved:{view.pk}",
            queue.ask(
                saved_views.view_of(view), filters.read(saved_views.filters_of(view), known)[0]
            ),
        )
        for view in views(rights)
    ]
    if not lists:
        return {}
    return queue.counts_of(rights, lists, moment=Moment(clock.now(), person or "UTC"))


def _channels(rights: Rights) -> list[tuple[int, str, str, str, str]]:
    rows: list[tuple[int, str, str, str, str]] = keep(
        ("channels", rights),
        lambda: sorted(
            Channel.objects.filter(id__in=rights.channel_ids, is_active=True).values_list(
                "id", "name", "short_name", "marketplace", "country"
            ),
            key=lambda row: name_key(row[1]),
        ),
    )
    return rows


def _quarantined() -> int:
    return RawItem.objects.filter(state=RawItem.State.QUARANTINED).count()


def _names() -> dict[int, str]:
    return by_name(dict(Person.objects.values_list("id", "name")))


def _colleagues() -> dict[int, str]:
    people = Person.objects.filter(is_active=True).exclude(role=Role.READER)
    return by_name(dict(people.values_list("id", "name")))


def _teams() -> dict[int, str]:
    return by_name(dict(Team.objects.values_list("id", "name")))


def _tags(rights: Rights) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TAGS_SQL, [list(rights.channel_ids), TAGGED_LOOKED_AT])
        return [str(row[0]) for row in cursor.fetchall()]
