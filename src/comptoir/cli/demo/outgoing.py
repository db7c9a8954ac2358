"""What is on its way out, or nearly: replies for later, a holding reply, one held back, a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from comptoir.channels.demo.papers import file_for
from comptoir.channels.demo.talk import Turn
from comptoir.cli.demo.casting import buyers_mail
from comptoir.cli.demo.past import reply_to
from comptoir.cli.demo.present import Asked, Desk
from comptoir.cli.demo.steps import Conversation, Do, Draft, Reply, Step

PLANNED = (
    ("later", "shop-fr"),
    ("later", "amz-de"),
    ("holding", "amz-fr"),
    ("held_back", "shop-fr"),
    ("draft_with_file", "shop-fr"),
)
LEAVES_AFTER = timedelta(hours=2)


def plan(desk: Desk, *, now: datetime) -> list[Conversation]:
    """Plan one ticket of each kind, on channels of the people one logs in as."""
    return [_one(desk, kind, place, now=now) for kind, place in PLANNED]


def _one(desk: Desk, kind: str, place: str, *, now: datetime) -> Conversation:
    asked = desk.asked(place)
    talk, at = asked.talk, asked.at + (now - asked.at) * 0.6
    written = reply_to(talk, asked.story.turns[1], asked.agent, at, then="waiting_on_buyer")
    talk.add(Do(at - timedelta(minutes=1), asked.agent, "take"))
    talk.add(*_steps(kind, desk, asked, written, now=now))
    return talk


def _steps(kind: str, desk: Desk, asked: Asked, written: Reply, *, now: datetime) -> list[Step]:
    at, leaves_at = written.at, now + LEAVES_AFTER
    match kind:
        case "later":
            return [replace(written, leaves_at=leaves_at)]
        case "holding":
            return [replace(written, is_holding=True)]
        case "held_back":
            again_at = at + (now - at) * 0.5
            words = desk.chase(asked.story.language)
            return [
                replace(written, leaves_at=leaves_at),
                buyers_mail(asked.talk, Turn("buyer", words), again_at),
                Do(again_at + timedelta(minutes=1), asked.agent, "hold_back"),
            ]
        case _:
            file = file_for("facture", asked.talk.order, asked.talk.key)
            return [Draft(at, asked.agent, written.text, files=(file,))]
