"""What comes back: buyers who answer our replies, relays that refuse late, and those who wait in vain."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from comptoir.channels.demo.events import Event, Writer, dice_for
from comptoir.channels.demo.letters import machines
from comptoir.channels.demo.letters.buyers import Said, buyer_letter
from comptoir.channels.demo.letters.envelope import write
from comptoir.channels.demo.letters.notices import reply_copy
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.demo.settings import DemoSettings
from comptoir.channels.demo.spool import Sent
from comptoir.channels.demo.talk import fill, pool
from comptoir.channels.demo.traffic import arrivals, order_of_slot
from comptoir.channels.demo.voice import slots

LONGEST_REACTION = timedelta(minutes=5)
CHASED_AFTER = (timedelta(minutes=6), timedelta(minutes=14))
TALKATIVE_REPLIES = 2
"""After that many replies of ours a buyer only says thanks, or nothing."""

BOUNCE_UP_TO, ABSENT_UP_TO, THANKS_UP_TO, QUESTION_UP_TO = 0.03, 0.07, 0.42, 0.64
CHASE_UP_TO, THREAT_UP_TO, PORTAL_UP_TO = 0.10, 0.14, 0.18
OWN_SHOPS = frozenset({"shopify", "generic_email"})
PORTAL_TEXT = {
    "fr": "Bonjour, nous nous en occupons, réponse complète dans la journée. Camille",
    "de": "Guten Tag, wir kümmern uns darum und melden uns heute noch. Lukas",
    "it": "Buongiorno, ce ne occupiamo subito. Sofia",
    "es": "Hola, nos ocupamos ahora mismo. Sofia",
    "en": "Hello, we are looking into it and will be back to you today. Lukas",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The orders by the address their buyers write from."""

    by_address: Mapping[str, KnownOrder]

    def order_of(self, recipient: str) -> KnownOrder | None:
        """Find whom a reply went to; what Amazon writes behind the plus sign is left out."""
        local, _, domain = recipient.lower().partition("@")
        return self.by_address.get(f"{local.partition('+')[0]}@{domain}")


def known_buyers(settings: DemoSettings) -> Known:
    """Look the orders up by address."""
    return Known({order.buyer.address.lower(): order for order in settings.orders})


def to_reply(settings: DemoSettings, known: Known, sent: Sent, reply_count: int) -> Event | None:
    """Give what comes back on one reply of ours, if anything."""
    dice = dice_for(sent.key, "reaction")
    drawn, wait = dice.random(), dice.random()
    order = known.order_of(sent.recipient)
    if drawn < BOUNCE_UP_TO and "@" in sent.recipient:
        return _event(sent, "bounce", 40 + 80 * wait, lambda at: _bounced(settings, sent, at))
    if order is None:
        return None
    if drawn < ABSENT_UP_TO and order.marketplace in OWN_SHOPS:
        return _event(sent, "absent", 3 + 6 * wait, lambda at: _absent(order, sent, at))
    if drawn < THANKS_UP_TO:
        return _event(sent, "thanks", 20 + 130 * wait, _says(order, sent, "thanks_more", dice))
    if drawn < QUESTION_UP_TO and reply_count <= TALKATIVE_REPLIES:
        return _event(sent, "more", 30 + 210 * wait, _says(order, sent, "question_more", dice))
    return None


def to_silence(
    settings: DemoSettings,
    known_recipients: frozenset[str],
    since: datetime,
    until: datetime,
) -> Iterator[Event]:
    """Give what comes from those who wrote a while ago and got no answer.

    Some ask again, some threaten; now and then a colleague answers in the marketplace's portal.
    """
    for event in arrivals(settings, since - CHASED_AFTER[1], until - CHASED_AFTER[0]):
        slot = int(event.external_id.rpartition("/")[2])
        dice = dice_for(settings.seed, settings.user, slot, "silence")
        drawn, part = dice.random(), dice.random()
        at = event.at + CHASED_AFTER[0] + (CHASED_AFTER[1] - CHASED_AFTER[0]) * part
        order = order_of_slot(settings, slot)
        answered = order.buyer.address.lower() in known_recipients
        if not since < at <= until or answered or not order.number:
            continue
        if drawn < CHASE_UP_TO:
            yield Event(at, f"chase/{slot}", _unprompted(order, slot, "chase", dice))
        elif drawn < THREAT_UP_TO:
            yield Event(at, f"threat/{slot}", _unprompted(order, slot, "threat", dice))
        elif drawn < PORTAL_UP_TO and order.marketplace == "amazon":
            yield Event(at, f"portal/{slot}", _in_portal(order, slot))


def _event(sent: Sent, what: str, after_seconds: float, writer: Writer) -> Event:
    return Event(sent.at + timedelta(seconds=after_seconds), f"{what}/{sent.key}", writer)


def _says(order: KnownOrder, sent: Sent, name: str, dice: random.Random) -> Writer:
    script = dice.choice(pool(order.buyer.language, name))

    def writer(at: datetime) -> bytes:
        said = Said(
            text=fill(script.replace(" {agent}", ""), slots(order, at=at)),
            at=at,
            key=sent.key,
            answers=sent.message_id,
            quoted=sent.text,
            quoted_at=sent.at,
        )
        return write(buyer_letter(order, said))

    return writer


def _unprompted(order: KnownOrder, slot: int, name: str, dice: random.Random) -> Writer:
    text = dice.choice(pool(order.buyer.language, name))
    return lambda at: write(buyer_letter(order, Said(text=text, at=at, key=f"{name}{slot}")))


def _in_portal(order: KnownOrder, slot: int) -> Writer:
    text = PORTAL_TEXT[order.buyer.language]
    return lambda at: write(reply_copy(order, text, at=at, key=f"portal{slot}"))


def _bounced(settings: DemoSettings, sent: Sent, at: datetime) -> bytes:
    return machines.bounce(
        recipient=settings.user,
        reached=sent.recipient,
        message_id=sent.message_id,
        subject=sent.subject,
        at=at,
        key=sent.key,
    )


def _absent(order: KnownOrder, sent: Sent, at: datetime) -> bytes:
    text = fill(pool(order.buyer.language, "out_of_office")[0], slots(order, at=at))
    return write(machines.out_of_office(order, text, at=at, answers=sent.message_id, key=sent.key))
