"""The tables of tickets: the conversation, its facts and clocks, and what is on its way out."""

from comptoir.tickets.models.conversation import (
    Fact,
    Message,
    MessageFile,
    ThreadKey,
    Ticket,
)
from comptoir.tickets.models.joinings import Joining
from comptoir.tickets.models.outgoing import Draft, Outbox
from comptoir.tickets.models.promises import Clock, Outcome
from comptoir.tickets.models.rollouts import Rollout, RolloutPart

__all__ = [
    "Clock",
    "Draft",
    "Fact",
    "Joining",
    "Message",
    "MessageFile",
    "Outbox",
    "Outcome",
    "Rollout",
    "RolloutPart",
    "ThreadKey",
    "Ticket",
]
