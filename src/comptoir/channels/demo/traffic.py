"""Who writes while the demo runs: a stream that any process computes alike from seed and time.

Time is cut into slots of ten seconds; each slot's dice say whether a mail comes in it, and which.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from comptoir.channels.demo.events import Event, Writer, dice_for
from comptoir.channels.demo.goods import Article, articles
from comptoir.channels.demo.letters import machines
from comptoir.channels.demo.letters.buyers import Said, buyer_letter
from comptoir.channels.demo.letters.envelope import write
from comptoir.channels.demo.letters.notices import Notice, amazon_notice
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.demo.papers import file_for
from comptoir.channels.demo.rhythm import weight
from comptoir.channels.demo.settings import DemoSettings
from comptoir.channels.demo.talk import Story, stories
from comptoir.channels.demo.voice import buyers_words

SLOT_SECONDS = 10
SHAPED_SHARE = 0.25
"""Part of the stream that follows the hours of the day; somebody may watch the demo at night."""

NOTICES: tuple[tuple[float, Notice], ...] = (
    (0.030, "return_request"),
    (0.045, "refund"),
    (0.058, "claim"),
    (0.066, "cancellation"),
    (0.070, "chargeback"),
)
"""Upper ends of the share of slots that bring a notice of Amazon instead of a buyer."""

NEWSLETTER_UP_TO, STRANGER_UP_TO = 0.10, 0.12
BEFORE_BUYING_SHARE = 0.18
STATE_OF_NOTICE = {"cancellation": "pending", "claim": "late", "chargeback": "late"}


def arrivals(
    settings: DemoSettings, since: datetime, until: datetime, *, share: float = 1.0
) -> Iterator[Event]:
    """Give what comes after `since` and not after `until`, in order; a `share` of it."""
    if not settings.writers:
        return
    first = int(since.timestamp()) // SLOT_SECONDS
    last = int(until.timestamp()) // SLOT_SECONDS
    for slot in range(first, last + 1):
        event = _in_slot(settings, slot, share)
        if event is not None and since < event.at <= until:
            yield event


def expected_count(settings: DemoSettings, since: datetime, until: datetime) -> float:
    """Tell how many mails come between two moments, on average."""
    return settings.rate_per_hour * settings.pace * (until - since) / timedelta(hours=1)


def order_of_slot(settings: DemoSettings, slot: int) -> KnownOrder:
    """Tell whose message a slot brings, if it brings one."""
    return dice_for(settings.seed, settings.user, slot, "order").choice(settings.writers)


def _in_slot(settings: DemoSettings, slot: int, share: float) -> Event | None:
    dice = dice_for(settings.seed, settings.user, slot)
    moment = datetime.fromtimestamp((slot + dice.random()) * SLOT_SECONDS, UTC)
    shaped = 1 - SHAPED_SHARE + SHAPED_SHARE * weight(moment)
    chance = settings.rate_per_hour * settings.pace / (3600 / SLOT_SECONDS) * shaped
    if dice.random() >= min(chance, 1.0) * share:
        return None
    key = f"{settings.seed}-{settings.user}-{slot}"
    return Event(moment, f"arrival/{slot}", _what(settings, order_of_slot(settings, slot), key))


def _what(settings: DemoSettings, order: KnownOrder, key: str) -> Writer:
    kind = dice_for(key, "kind").random()
    if kind >= STRANGER_UP_TO:
        return lambda at: _buyers(settings, order, key, at)
    if kind >= NEWSLETTER_UP_TO:
        return lambda at: write(
            machines.stranger(_number(key), recipient=settings.user, at=at, key=key)
        )
    for end, notice in NOTICES:
        if kind < end:
            return lambda at: _notice(settings, notice, key, at)
    return lambda at: write(
        machines.newsletter(_number(key), recipient=settings.user, at=at, key=key)
    )


def _notice(settings: DemoSettings, notice: Notice, key: str, at: datetime) -> bytes:
    """Write a notice of Amazon; without an Amazon order, a buyer writes instead."""
    state = STATE_OF_NOTICE.get(notice, "delivered")
    fitting = [
        order
        for order in settings.writers
        if order.marketplace == "amazon" and order.state == state and order.number
    ]
    dice = dice_for(key, "notice")
    if not fitting:
        return _buyers(settings, dice.choice(settings.writers), key, at)
    return write(amazon_notice(notice, dice.choice(fitting), at=at, key=key))


def _buyers(settings: DemoSettings, order: KnownOrder, key: str, at: datetime) -> bytes:
    dice = dice_for(key, "story")
    told = _story(order, dice) if dice.random() > BEFORE_BUYING_SHARE else None
    if told is None:
        order = _before_buying(order, dice)
        told = _story(order, dice)
    if told is None:
        order = dice.choice(settings.writers)
        told = _any_story(order)
    turn = told.turns[0]
    text = buyers_words(turn.text, order, key, at)
    files = (file_for(turn.file, order, key),) if turn.file else ()
    return write(buyer_letter(order, Said(text=text, at=at, key=key, files=files)))


def _story(order: KnownOrder, dice: random.Random) -> Story | None:
    article = articles()[order.sku]
    fitting = [
        story
        for story in stories(order.buyer.language)
        if story.fits(
            state=order.state,
            article=article,
            marketplace=order.marketplace,
            gender=order.buyer.gender,
        )
    ]
    return dice.choice(fitting) if fitting else None


def _any_story(order: KnownOrder) -> Story:
    """Give a story that nobody can be wrong with: thanks."""
    return next(story for story in stories(order.buyer.language) if story.intent == "thanks")


def _before_buying(order: KnownOrder, dice: random.Random) -> KnownOrder:
    """Let the buyer of an order ask about another article, before ordering it."""
    brand = order.sku[:2]
    article = dice.choice([a for a in articles().values() if a.sku.startswith(brand)])
    return replace(
        order,
        number="",
        state="none",
        sku=article.sku,
        title=_title(article, order),
        tracking="",
    )


def _title(article: Article, order: KnownOrder) -> str:
    language = {"FR": "fr", "DE": "de", "IT": "it", "ES": "es"}.get(order.country, "en")
    return article.titles[language]


def _number(key: str) -> int:
    return int(dice_for(key, "number").random() * 1000)
