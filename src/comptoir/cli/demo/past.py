"""Two weeks of work behind the desk: messages answered, thanked for, solved; a few of them late."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from comptoir.channels.demo.papers import file_for
from comptoir.channels.demo.rhythm import moments
from comptoir.channels.demo.talk import Story, Turn
from comptoir.channels.demo.voice import agents_words
from comptoir.cli.demo.casting import Casting, buyers_mail
from comptoir.cli.demo.channels import OFFICE_SPEC, agents
from comptoir.cli.demo.people import COLLEAGUES
from comptoir.cli.demo.steps import Conversation, Do, Mail, Note, Reply
from comptoir.core.calendars import calendar_from_spec

PAST = timedelta(days=14)
HISTORY = timedelta(days=60)
QUICKEST, MEDIAN_MINUTES, SLOWEST = 3.0, 70.0, 420.0
LATE_SHARE = 0.03
LATE_HOURS = (25.0, 31.0)
NAMES = {colleague.key: colleague.name for colleague in COLLEAGUES}
THANKED = {"fr": "Simple remerciement", "de": "Nur ein Dank", "en": "Only says thanks"}
PORTALS = frozenset({"fnac", "rakuten_fr"})
"""Channels whose notices name no way back: a second message there is a ticket of its own."""

NOTES = {
    "fr": (
        "Vu avec l'entrepôt : le colis est bien parti mardi.",
        "Cliente fidèle, geste commercial possible jusqu'à 15 %.",
        "J'ai appelé le transporteur, enquête ouverte.",
    ),
    "de": (
        "Mit dem Lager geklärt, Ersatz liegt bereit.",
        "Dritter Fall mit dieser Charge, bitte der Technik melden.",
        "Paketdienst angerufen, Nachforschung läuft.",
    ),
    "en": (
        "Checked with the warehouse, replacement reserved.",
        "Same fault as last week, told the workshop.",
    ),
}

OFFICE = calendar_from_spec(OFFICE_SPEC)


def answered(
    count: int, *, casting: Casting, now: datetime, dice: random.Random
) -> list[Conversation]:
    """Plan conversations that were answered before now."""
    talks: list[Conversation] = []
    for at in moments(count, now - PAST, now - timedelta(hours=5), dice):
        talk, story = casting.open(casting.place(), at)
        tell(talk, story, now=now, dice=dice)
        if any(isinstance(step, Reply | Do) for step in talk.steps):
            talks.append(talk)
    return talks


def history(
    count: int, *, casting: Casting, now: datetime, dice: random.Random
) -> list[Conversation]:
    """Plan mail from before the desk was there: read, kept, and nothing more."""
    begins, ends = now - HISTORY, now - timedelta(days=32)
    return [casting.open(casting.place(), at)[0] for at in moments(count, begins, ends, dice)]


def tell(talk: Conversation, story: Story, *, now: datetime, dice: random.Random) -> None:
    """Go through a story's turns as far as there is time until now; it ends on our side."""
    at = talk.steps[0].at
    if len(story.turns) == 1:
        _mark(talk, story, at, now=now, dice=dice)
        return
    turns = list(story.turns[1:])
    agent = dice.choice(agents(talk.place, story.language))
    if talk.place.marketplace in PORTALS:
        turns = turns[:1]
    while turns:
        at = reply_at(at, dice)
        if at > now - timedelta(minutes=4):
            return
        then = _then(turns, at, now, dice)
        reply = reply_to(talk, turns.pop(0), agent, at, then=then)
        if dice.random() < 0.12 and story.language in NOTES:
            note_at = at - timedelta(minutes=2)
            talk.add(Note(note_at, agent, dice.choice(NOTES[story.language])))
        talk.add(reply)
        if not turns:
            return
        at += timedelta(minutes=dice.lognormvariate(5.0, 1.1))
        if OFFICE.add(at, timedelta(minutes=SLOWEST)) > now - timedelta(minutes=10):
            return
        buyer = turns.pop(0)
        talk.add(again(talk, buyer, at, reply))
        if not turns:
            _mark(talk, story, at, now=now, dice=dice)


def again(talk: Conversation, turn: Turn, at: datetime, reply: Reply) -> Mail:
    """Write what the buyer says to our reply."""
    domain = "fjordlys.example" if talk.place.mailbox == "fjordlys" else "maison-perrin.example"
    return buyers_mail(
        talk, turn, at, answers=f"{reply.key}@{domain}", quoted=reply.text, quoted_at=reply.at
    )


def reply_to(
    talk: Conversation, turn: Turn, agent: str, at: datetime, *, then: str = "solved"
) -> Reply:
    """Write an agent's turn as the reply it becomes."""
    key = f"demo-{talk.key}-{len(talk.steps)}"
    files = (file_for(turn.file, talk.order, key),) if turn.file else ()
    text = agents_words(turn.text, talk.order, agent=NAMES[agent], at=at)
    return Reply(at, agent, text, key, then=then, files=files)  # type: ignore[arg-type]


def reply_at(asked_at: datetime, dice: random.Random) -> datetime:
    """Tell when somebody gets to it: mostly within two staffed hours, now and then too late."""
    if dice.random() < LATE_SHARE:
        return asked_at + timedelta(hours=dice.uniform(*LATE_HOURS))
    minutes = min(SLOWEST, max(QUICKEST, MEDIAN_MINUTES * dice.lognormvariate(0.0, 0.9)))
    return OFFICE.add(asked_at, timedelta(minutes=minutes))


def _then(turns: list[Turn], at: datetime, now: datetime, dice: random.Random) -> str:
    """Tell what the reply leaves behind: solved, or waiting for the buyer's word."""
    if len(turns) > 1 or now - at < timedelta(days=2):
        return "waiting_on_buyer" if dice.random() < 0.45 else "solved"
    return "solved"


def _mark(
    talk: Conversation, story: Story, at: datetime, *, now: datetime, dice: random.Random
) -> None:
    """Somebody sees that only thanks were said, and says so."""
    marked_at = OFFICE.add(at, timedelta(minutes=dice.uniform(5, 90)))
    if marked_at < now:
        agent = dice.choice(agents(talk.place, story.language))
        talk.add(Do(marked_at, agent, "no_response:" + THANKED.get(story.language, THANKED["en"])))
