"""The tables of tickets: the conversation, its facts and clocks, and what is on its way out."""

from comptoir.tickets.models.conversation import (
    Fact,
    Message,
    MessageFile,
    ThreadKey,
    Ticket,
)
from comptoir.tickets.models.joinings import Joining
from comptoir.tickets.models.outgoing import Draft, DraftFile, Outbox
from comptoir.tickets.models.outreach import Outreach, OutreachFile
from comptoir.tickets.models.promises import Clock, Outcome
from comptoir.tickets.models.rollouts import Rollout, RolloutPart
from comptoir.tickets.models.together import Follow, Mention, Presence, TemplateUse

__all__ = [
    "Clock",
    "Draft",
    "DraftFile",
    "Fact",
    "Follow",
    "Joining",
    "Mention",
    "Message",
    "MessageFile",
    "Outbox",
    "Outcome",
    "Outreach",
    "OutreachFile",
    "Presence",
    "Rollout",
    "RolloutPart",
    "TemplateUse",
    "ThreadKey",
    "Ticket",
]
