"""Putting filled tickets into the search index: each gets the document that the product would make.

The product reads every message for that, and a million tickets take the better part of an hour.
Here the words come from what `fill` wrote, through the product's own `lexemes_of`; a part of them is
then made by the product itself, and the whole is refused where one document differs.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comptoir.inbox.search.documents import Material

CHECKED = 300
INDEX = "search_lexemes"
NEW_SQL = """
SELECT t.id, t.channel_id, t.status, t.tier, t.gist, t.subject, t.buyer_name, t.reply_address,
    t.order_number, t.last_message_at
FROM tickets_ticket t
WHERE NOT EXISTS (SELECT FROM inbox_searchdocument d WHERE d.ticket_id = t.id)
"""
STAGE_SQL = "CREATE TEMP TABLE made (ticket_id bigint, at timestamptz, words text[]) ON COMMIT DROP"
STORE_SQL = """
INSERT INTO inbox_searchdocument (ticket_id, at, lexemes)
SELECT ticket_id, at, array_to_tsvector(words) FROM made
"""
MESSAGE = "{gist} Es ist Nachricht 1 zu rare{id:07}, bitte mit Lieferung von Artikel{article}. Mit freundlichen Grüßen"


def index_filled() -> None:
    """Index every ticket of `fill` that is not indexed yet; raises where a document is another."""
    from django.db import connection, transaction

    from comptoir.inbox.search import indexing
    from comptoir.inbox.search.documents import counted

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [INDEX])
        made_anew = cursor.fetchone()[0]
        cursor.execute(NEW_SQL)
        rows = cursor.fetchall()
        alike = _one_of_each(rows)
        cursor.execute(f"DROP INDEX {INDEX}")
        cursor.execute(STAGE_SQL)
        words: Counter[str] = Counter()
        with cursor.copy("COPY made FROM STDIN") as copy:
            for ticket_id, at, lexemes in _documents(rows, alike):
                copy.write_row((ticket_id, at, lexemes))
                words.update(counted(lexemes))
        cursor.execute(STORE_SQL)
        indexing.tally(words)
        cursor.execute(made_anew)
    with transaction.atomic():
        differing = indexing.write(random.sample([row[0] for row in rows], min(CHECKED, len(rows))))
    if differing:
        raise RuntimeError(f"{differing} of {CHECKED} documents are not what the product makes")
    with connection.cursor() as cursor:
        for table in ("inbox_searchdocument", "inbox_searchword"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _one_of_each(rows: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], Material]:
    """Read one ticket of each channel, status and tier: what it is filtered by, the others are, too."""
    from comptoir.inbox.search.gathering import material_of

    kinds = {(channel, status, tier): id_ for id_, channel, status, tier, *_ in rows}
    return {kind: material_of([id_])[id_] for kind, id_ in kinds.items()}


def _documents(
    rows: list[tuple[Any, ...]], alike: dict[tuple[Any, ...], Material]
) -> Iterator[tuple[int, datetime, list[str]]]:
    """Give number, moment and lexemes of each ticket."""
    from comptoir.inbox.search.documents import lexemes_of

    for id_, channel, status, tier, gist, subject, buyer, address, order, at in rows:
        message = MESSAGE.format(gist=gist, id=id_, article=id_ % 5000)
        material = replace(
            alike[channel, status, tier],
            at=at,
            texts=(subject, message, "2", "3", "4", "5", str(id_)),
            senders=(buyer,),
            recipients=(buyer, address),
            orders=(order,),
        )
        yield id_, at, lexemes_of(material)
