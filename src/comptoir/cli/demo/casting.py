"""Who tells which story: scripts dealt to channels so that no text comes twice before all came once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from comptoir.channels.demo.goods import Article
from comptoir.channels.demo.letters.buyers import Said, buyer_letter
from comptoir.channels.demo.letters.envelope import write
from comptoir.channels.demo.papers import file_for
from comptoir.channels.demo.talk import Story, Turn, pool, stories
from comptoir.channels.demo.voice import buyers_words
from comptoir.cli.demo.channels import PLACES, Place
from comptoir.cli.demo.orders import Wanted, articles_of, make_order
from comptoir.cli.demo.steps import Conversation, Mail

OTHER_LANGUAGES = {
    "amz-de": (("en", 0.10),),
    "amz-fr": (("en", 0.04),),
    "shop-fr": (("en", 0.12), ("it", 0.06), ("es", 0.04)),
    "shop-de": (("en", 0.18), ("fr", 0.08)),
    "ebay-de": (("en", 0.08),),
}
"""Buyers who do not write in their store's language."""

Wish = Callable[[Story], bool]


def anything(_story: Story) -> bool:
    """Wish for nothing in particular."""
    return True


class Casting:
    """Deals stories, the least told first; the draw among equals is by dice."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._told: dict[str, int] = {}
        self._count = 0
        self.taken_numbers: set[str] = set()

    def place(self) -> Place:
        """Draw a channel by its share of the mail."""
        return self._dice.choices(PLACES, [place.share for place in PLACES])[0]

    def open(
        self, place: Place, at: datetime, *, wish: Wish = anything
    ) -> tuple[Conversation, Story]:
        """Begin a conversation: a story is dealt, its order made, its first mail written."""
        story, article = self._deal(place, wish)
        order = make_order(
            Wanted(place, story.state, article, story.language, story.gender, at),
            self._dice,
            self.taken_numbers,
        )
        self._count += 1
        talk = Conversation(f"c{self._count:04d}", place, order)
        talk.add(buyers_mail(talk, story.turns[0], at))
        return talk, story

    def line(self, language: str, name: str) -> str:
        """Deal a short text of a pool, the least used first."""
        texts = pool(language, name)
        least = min(self._told.get(text, 0) for text in texts)
        text = self._dice.choice([t for t in texts if self._told.get(t, 0) == least])
        self._told[text] = least + 1
        return text

    def _deal(self, place: Place, wish: Wish) -> tuple[Story, Article]:
        language = self._language(place)
        goods = articles_of(place)
        fitting = self._fitting(place, language, wish) or self._fitting(place, place.language, wish)
        if not fitting:
            raise LookupError(f"no story fits {place.key}")
        least = min(self._told.get(story.id, 0) for story in fitting)
        story = self._dice.choice([s for s in fitting if self._told.get(s.id, 0) == least])
        self._told[story.id] = least + 1
        return story, self._dice.choice([a for a in goods if a.is_any_of(story.about)])

    def _fitting(self, place: Place, language: str, wish: Wish) -> list[Story]:
        goods = articles_of(place)
        return [
            story
            for story in stories(language)
            if wish(story)
            and story.fits(
                state=story.state, article=None, marketplace=place.marketplace, gender=""
            )
            and any(article.is_any_of(story.about) for article in goods)
        ]

    def _language(self, place: Place) -> str:
        drawn = self._dice.random()
        for language, share in OTHER_LANGUAGES.get(place.key, ()):
            if drawn < share:
                return language
            drawn -= share
        return place.language


def buyers_mail(
    talk: Conversation,
    turn: Turn,
    at: datetime,
    *,
    answers: str = "",
    quoted: str = "",
    quoted_at: datetime | None = None,
) -> Mail:
    """Write a buyer's turn as the mail it comes in."""
    key = f"{talk.key}-{len(talk.steps)}"
    seed = f"{talk.order.buyer.full}{key}"
    text = buyers_words(turn.text, talk.order, seed, at, opens=not talk.steps)
    files = (file_for(turn.file, talk.order, key),) if turn.file else ()
    said = Said(
        text=text,
        at=at,
        key=f"{talk.order.number}{talk.order.buyer.address}{key}",
        answers=answers,
        quoted=quoted,
        quoted_at=quoted_at,
        files=files,
    )
    return Mail(at, write(buyer_letter(talk.order, said)))
