"""What lies on the desk now: one of everything, whatever the hour at which the demo is started."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from comptoir.channels.demo.letters import machines
from comptoir.channels.demo.letters.envelope import write
from comptoir.channels.demo.letters.notices import (
    Notice,
    amazon_notice,
    ebay_case,
    mirakl_incident,
    reply_copy,
)
from comptoir.channels.demo.talk import Story, Turn, pool
from comptoir.cli.demo.ages import Promise, asked_at
from comptoir.cli.demo.casting import Casting, Wish, buyers_mail
from comptoir.cli.demo.channels import PLACES, Place, agents
from comptoir.cli.demo.past import again, reply_to
from comptoir.cli.demo.steps import Conversation, Do, Draft, Mail, Note

RISKY = frozenset({"bad_review", "a_to_z_claim", "chargeback"})
ANSWERABLE = ("amz-fr", "amz-de", "amz-it", "amz-es", "amz-uk", "shop-fr", "shop-de", "ebay-de")


@dataclass(frozen=True, slots=True)
class Situation:
    """One kind of ticket on the desk: how many, on which channels, how old, with what else.

    `more` names what happened besides: `chase`, `taken`, `draft`, `note`, `refused`, `uncertain`,
    `claim`, `chargeback`, `ebay_case`, `incident`, `return_request`, `cancellation`.
    """

    level: str
    count: int
    places: tuple[str, ...] = ()
    wish: str = "calm"
    more: tuple[str, ...] = ()


DESK = (
    Situation("on_track", 12, (
        "amz-fr", "amz-de", "kauf", "wmt-us", "cdisc", "raku", "confo", "leroy", "fnac",
        "shop-de", "amz-uk", "ebay-de",
    )),
    Situation("on_track", 5, more=("taken",)),
    Situation("on_track", 2, ("amz-fr", "shop-de"), more=("taken", "draft")),
    Situation("on_track", 1, ("shop-fr",), more=("note", "taken")),
    Situation("on_track", 2, ("amz-fr", "amz-de"), more=("chase",)),
    Situation("on_track", 2, ("amz-fr", "shop-fr"), wish="thanks"),
    Situation("on_track", 3, ("amz-fr", "amz-de", "cdisc"), wish="risky"),
    Situation("on_track", 1, ("amz-de",), wish="chargeback"),
    Situation("on_track", 1, ("amz-fr",), wish="late", more=("claim",)),
    Situation("on_track", 1, ("amz-de",), wish="late", more=("chargeback",)),
    Situation("on_track", 1, ("ebay-de",), wish="late", more=("ebay_case",)),
    Situation("on_track", 1, ("leroy",), wish="late", more=("incident",)),
    Situation("on_track", 1, ("amz-fr",), wish="delivered", more=("return_request",)),
    Situation("on_track", 1, ("amz-de",), wish="pending", more=("cancellation",)),
    Situation("soon", 5, ("amz-fr", "amz-it", "shop-fr", "kauf", "ebay-de")),
    Situation("soon", 2, ("amz-de", "amz-fr"), more=("taken",)),
    Situation("past_target", 4, ("amz-fr", "amz-es", "shop-de", "cdisc")),
    Situation("past_target", 1, ("amz-it",), more=("taken", "chase")),
    Situation("past_target", 1, ("shop-fr",), more=("taken",)),
    Situation("past_target", 1, ("darty",), more=("chase",)),
    Situation("past_target", 1, ("amz-de",), more=("taken", "refused")),
    Situation("save_now", 4, ("amz-fr", "amz-de", "amz-it", "amz-uk")),
    Situation("limit_missed", 2, ("amz-es", "amz-de"), more=("chase",)),
    Situation("limit_missed", 1, ("amz-fr",)),
    Situation("on_track", 1, ("shop-fr",), more=("taken", "uncertain")),
)  # fmt: skip

HANDFUL = (
    Situation("on_track", 1, ("amz-de",), wish="answered"),
    Situation("soon", 1, ("amz-fr",), wish="late", more=("taken",)),
    Situation("past_target", 1, ("shop-fr",), wish="answered"),
    Situation("save_now", 1, ("amz-it",), wish="answered"),
    Situation("limit_missed", 1, ("amz-es",), wish="answered", more=("chase",)),
    Situation("on_track", 1, ("amz-fr",), wish="late", more=("claim",)),
    Situation("on_track", 1, ("darty",), wish="answered"),
)
"""One ticket of each level, a claim, and a channel that is answered in its portal."""

WISHES: dict[str, Wish] = {
    "calm": lambda story: story.intent not in RISKY and len(story.turns) > 1,
    "risky": lambda story: story.intent in ("bad_review", "a_to_z_claim"),
    "chargeback": lambda story: story.intent == "chargeback",
    "thanks": lambda story: story.intent == "thanks",
    "late": lambda story: story.state == "late" and story.intent == "where_is_my_order",
    "delivered": lambda story: story.intent == "return_request",
    "pending": lambda story: story.intent == "cancellation" and story.state == "pending",
    "answered": lambda story: len(story.turns) == 2 and story.intent not in RISKY,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with who is to answer it."""

    talk: Conversation
    story: Story
    agent: str
    at: datetime


OPEN_QUESTIONS = 6
WAITING_ON_BUYER = 9


class Desk:
    """Plans the open tickets of a moment."""

    def __init__(
        self,
        casting: Casting,
        promises: Mapping[str, Promise],
        *,
        now: datetime,
        dice: random.Random,
    ) -> None:
        self._casting = casting
        self._promises = promises
        self._now = now
        self._dice = dice
        self._places = {place.key: place for place in PLACES}

    def some(self, situations: Iterable[Situation]) -> list[Conversation]:
        """Plan the tickets of some situations."""
        return [talk for situation in situations for talk in self._situation(situation)]

    def everything(self) -> list[Conversation]:
        """Plan everything that is open."""
        talks = self.some(DESK)
        talks += [self._asked_again() for _ in range(OPEN_QUESTIONS)]
        talks += [self._waits_on_buyer() for _ in range(WAITING_ON_BUYER)]
        talks += [self._waits("marketplace", "amz-fr"), self._waits("internally", "shop-de")]
        talks += [self._absent(), self._copied_from_portal()]
        return talks

    def asked(self, place_key: str) -> Asked:
        """Plan a question that came in lately, and who will answer it."""
        place = self._places[place_key]
        at = self._asked_at(place, "on_track")
        talk, story = self._casting.open(place, at, wish=WISHES["answered"])
        return Asked(talk, story, agents(talk.place, story.language)[0], at)

    def chase(self, language: str) -> str:
        """Deal the words of a buyer who asks again."""
        return self._casting.line(language, "chase")

    def _situation(self, situation: Situation) -> list[Conversation]:
        return [self._one(situation, self._place(situation, n)) for n in range(situation.count)]

    def _place(self, situation: Situation, number: int) -> Place:
        if situation.places:
            return self._places[situation.places[number % len(situation.places)]]
        return self._casting.place()

    def _one(self, situation: Situation, place: Place) -> Conversation:
        at = self._asked_at(place, situation.level)
        talk, story = self._casting.open(place, at, wish=WISHES[situation.wish])
        able = agents(talk.place, story.language)
        agent = able[0] if "draft" in situation.more else self._dice.choice(able)
        for what in situation.more:
            self._more(what, talk, story, agent, at)
        return talk

    def _asked_at(self, place: Place, level: str) -> datetime:
        return asked_at(self._promises[place.key], level, now=self._now, dice=self._dice)

    def _more(
        self, what: str, talk: Conversation, story: Story, agent: str, asked: datetime
    ) -> None:
        at = asked + (self._now - asked) * self._dice.uniform(0.4, 0.8)
        match what:
            case "taken":
                talk.add(Do(at, agent, "take"))
            case "chase":
                words = self._casting.line(story.language, "chase")
                talk.add(buyers_mail(talk, Turn("buyer", words), at))
            case "note":
                talk.add(Note(at, agent, "Dernière pièce en stock mise de côté pour ce client."))
            case "draft":
                text = reply_to(talk, story.turns[1], agent, at).text
                talk.add(Draft(at, agent, text[: len(text) * 2 // 3]))
            case "refused" | "uncertain":
                reply = reply_to(talk, story.turns[1], agent, at, then="waiting_on_buyer")
                talk.add(replace(reply, fate=what))
            case _:
                talk.add(self._notice(what, talk, at))

    def _notice(self, what: str, talk: Conversation, at: datetime) -> Mail:
        key = f"{talk.key}-{what}"
        if what == "ebay_case":
            return Mail(at, write(ebay_case(talk.order, at=at, key=key)))
        if what == "incident":
            return Mail(at, write(mirakl_incident(talk.order, at=at, key=key)))
        kind: Notice = what  # type: ignore[assignment]
        return Mail(at, write(amazon_notice(kind, talk.order, at=at, key=key)))

    def _asked_again(self) -> Conversation:
        """We answered, and the buyer has another question: it is our move once more."""
        place = self._places[self._dice.choice(ANSWERABLE)]
        now_at = self._asked_at(place, "on_track")
        first_at = now_at - timedelta(hours=self._dice.uniform(5, 30))
        talk, story = self._casting.open(place, first_at, wish=WISHES["answered"])
        agent = self._dice.choice(agents(talk.place, story.language))
        answered_at = first_at + (now_at - first_at) * 0.4
        reply = reply_to(talk, story.turns[1], agent, answered_at, then="waiting_on_buyer")
        words = self._casting.line(story.language, "question_more")
        talk.add(reply, again(talk, Turn("buyer", words), now_at, reply))
        return talk

    def _waits_on_buyer(self) -> Conversation:
        """We answered, and nothing has come back yet."""
        place = self._casting.place()
        at = self._now - timedelta(hours=self._dice.uniform(3, 40))
        talk, story = self._casting.open(place, at, wish=WISHES["calm"])
        agent = self._dice.choice(agents(talk.place, story.language))
        answered_at = at + (self._now - at) * self._dice.uniform(0.1, 0.5)
        talk.add(reply_to(talk, story.turns[1], agent, answered_at, then="waiting_on_buyer"))
        return talk

    def _waits(self, on: str, place_key: str) -> Conversation:
        at = self._now - timedelta(hours=20)
        talk, story = self._casting.open(self._places[place_key], at, wish=WISHES["answered"])
        agent = self._dice.choice(agents(talk.place, story.language))
        talk.add(
            reply_to(talk, story.turns[1], agent, at + timedelta(hours=2), then="open"),
            Do(at + timedelta(hours=2, minutes=3), agent, f"wait:{on}"),
        )
        return talk

    def _absent(self) -> Conversation:
        """The buyer's mailbox answers by itself."""
        at = self._now - timedelta(hours=9)
        talk, story = self._casting.open(self._places["shop-fr"], at, wish=WISHES["answered"])
        agent = agents(talk.place, story.language)[0]
        reply = reply_to(talk, story.turns[1], agent, at + timedelta(hours=1))
        absent_at = reply.at + timedelta(minutes=1)
        text = pool(story.language, "out_of_office")[0].replace("{full}", talk.order.buyer.full)
        letter = machines.out_of_office(
            talk.order,
            text.replace("{later}", f"{(self._now + timedelta(days=8)):%d/%m}"),
            at=absent_at,
            answers=f"{reply.key}@maison-perrin.example",
            key=talk.key,
        )
        talk.add(reply, Mail(absent_at, write(letter)))
        return talk

    def _copied_from_portal(self) -> Conversation:
        """A colleague answered in Amazon's portal; its copy stops the clock here."""
        at = self._now - timedelta(hours=7)
        talk, story = self._casting.open(self._places["amz-fr"], at, wish=WISHES["answered"])
        copied_at = at + timedelta(hours=2)
        text = reply_to(talk, story.turns[1], "camille", copied_at).text
        letter = reply_copy(talk.order, text, at=copied_at, key=talk.key)
        talk.add(Mail(copied_at, write(letter)))
        return talk
