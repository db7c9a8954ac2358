"""What else a shop's mailbox holds: adverts, strangers, refunds done, and mail that cannot be read."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from comptoir.channels.demo.goods import articles
from comptoir.channels.demo.letters import machines
from comptoir.channels.demo.letters.envelope import Letter, write
from comptoir.channels.demo.letters.notices import amazon_notice
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.cli.demo.channels import MAILBOXES, PLACES, Place
from comptoir.cli.demo.orders import Wanted, make_order
from comptoir.cli.demo.steps import Conversation, Mail
from comptoir.inbox import pulling
from comptoir.merchant.models import Connection
from comptoir.storage.models import RawItem as StoredItem

HOURS_AGO = (1.2, 3.5, 6.0, 20.0, 31.0)
UNREADABLE = (
    ("not_readable", "LookupError: unknown encoding: x-atelier-7", timedelta(hours=2)),
    ("not_readable", "binascii.Error: Incorrect padding", timedelta(hours=26)),
)


def plan(*, now: datetime) -> list[Conversation]:
    """Plan the mails that are nobody's conversation."""
    talks = []
    for number, hours in enumerate(HOURS_AGO):
        at = now - timedelta(hours=hours)
        box = MAILBOXES[number % 2]
        key = f"x{number}"
        letter: Letter
        if number < 3:
            letter = machines.stranger(number, recipient=box.address, at=at, key=key)
        else:
            letter = machines.newsletter(number, recipient=box.address, at=at, key=key)
        talks.append(_talk(key, _first_place(box.key), at, letter))
    return [*talks, *_refunds(now)]


def quarantine(row: Connection, *, now: datetime) -> None:
    """Store mails that could not be read, as intake leaves them for an administrator."""
    for number, (code, detail, ago) in enumerate(UNREADABLE):
        at = now - ago
        content = machines.damaged(recipient=MAILBOXES[0].address, at=at, key=str(number))
        item = RawItem(f"seed/damaged-{number}", content, received_at=at)
        pulling.store(row, Page((item,), row.cursor), now=at)
        StoredItem.objects.filter(connection_id=row.pk, external_id=item.external_id).update(
            state=StoredItem.State.QUARANTINED,
            error_code=code,
            error_detail=detail,
            attempt_count=4,
        )
    Connection.objects.filter(pk=row.pk).update(last_pull_at=now, last_item_at=now)


def _refunds(now: datetime) -> list[Conversation]:
    """Refunds that Amazon tells of: kept, with no clock."""
    dice = random.Random(11)  # noqa: S311 - content
    place = PLACES[0]
    talks = []
    for number, hours in enumerate((5.0, 28.0)):
        at = now - timedelta(hours=hours)
        article = articles()["MP-POE-28"]
        order = make_order(Wanted(place, "delivered", article, "fr", "", at), dice, set())
        letter = amazon_notice("refund", order, at=at, key=f"refund{number}")
        talks.append(_talk(f"r{number}", place, at, letter, order))
    return talks


def _talk(
    key: str, place: Place, at: datetime, letter: Letter, order: KnownOrder | None = None
) -> Conversation:
    nobody = order or make_order(
        Wanted(place, "none", articles()["FL-OSL-02"], place.language, "", at),
        random.Random(key),  # noqa: S311 - content
        set(),
    )
    return Conversation(key, place, nobody, [Mail(at, write(letter))])


def _first_place(mailbox: str) -> Place:
    return next(place for place in PLACES if place.mailbox == mailbox)
