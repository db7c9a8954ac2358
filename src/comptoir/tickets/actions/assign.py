"""Giving a ticket to a person, to a team, or back to the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from comptoir.merchant.models import Person, Team
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Ticket


def assign(ticket_id: int, *, to: int | None, by: Person, now: datetime) -> None:
    """Give a ticket to somebody who may answer, or to nobody. Refused: `not_allowed_to_answer`."""
    with changing(ticket_id, "assign", by=by, now=now, to=to) as ticket:
        if to is not None:
            person = Person.objects.filter(pk=to, is_active=True).first()
            if person is None or not person.may_answer:
                raise Refused("not_allowed_to_answer")
        if ticket.assignee_id == to:
            return
        ticket.assignee_id = to
        write_fact(ticket, "assigned", at=now, now=now, by=by, to=to)


def take(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Take a ticket oneself."""
    assign(ticket_id, to=by.pk, by=by, now=now)


def give_to_team(ticket_id: int, *, team_id: int | None, by: Person, now: datetime) -> None:
    """Give a ticket to a team, whose members it is dealt to, or to none. Refused: `no_such_team`.

    Only a team that has the ticket's channel can see it. Whoever had it has it no longer.
    """
    with changing(ticket_id, "assign_team", by=by, now=now, team=team_id) as ticket:
        team = None
        if team_id is not None:
            team = Team.objects.filter(pk=team_id, channels=ticket.channel_id).first()
            if team is None:
                raise Refused("no_such_team")
        if ticket.team_id == team_id and (team is None or ticket.assignee_id is None):
            return
        ticket.team = team
        ticket.assignee_id = None if team is not None else ticket.assignee_id
        name = team.name if team is not None else ""
        write_fact(ticket, "assigned_team", at=now, now=now, by=by, team=team_id, team_name=name)


def give(
    ticket: Ticket, *, to: Person | None, team: Team | None = None, now: datetime, **why: Any
) -> None:
    """Give a locked ticket by itself: by a rule, or because whoever had it is away.

    `why` stands in the fact: `rule` and its `name`, or `away`.
    """
    if to is None and team is not None:
        ticket.team, ticket.assignee = team, None
        told = {"team": team.pk, "team_name": team.name}
        write_fact(ticket, "assigned_team", at=now, now=now, **{**why, **told})
        return
    ticket.assignee = to
    if team is not None:
        ticket.team = team
    write_fact(ticket, "assigned", at=now, now=now, **{**why, "to": to.pk if to else None})
