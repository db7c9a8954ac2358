"""Who may see what: rights are by channel and team, and every list goes through them.

An administrator and a read-only person see every channel; everybody else the channels of their
teams. A ticket can also be opened by the person it was given to, whatever its channel.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.merchant.models import Channel, Person, Role


class NotAllowed(Exception):  # noqa: N818 - reads as what happened
    """Say that this person may not do this."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do at this moment, small enough to travel with a request."""

    person_id: int
    role: Role
    channel_ids: tuple[int, ...]

    @property
    def may_answer(self) -> bool:
        """Tell whether tickets may be changed."""
        return self.role != Role.READER

    @property
    def may_lead(self) -> bool:
        """Tell whether other people's work may be changed."""
        return self.role in (Role.LEADER, Role.ADMIN)

    @property
    def may_administer(self) -> bool:
        """Tell whether channels, people and policies may be changed."""
        return self.role == Role.ADMIN

    def sees(self, channel_id: int | None, assignee_id: int | None = None) -> bool:
        """Tell whether something on that channel, given to that person, may be seen."""
        if assignee_id is not None and assignee_id == self.person_id:
            return True
        return channel_id in self.channel_ids


def rights_of(person: Person) -> Rights:
    """Look up a person's rights: one query."""
    channels = Channel.objects.order_by("id")
    if person.role not in (Role.ADMIN, Role.READER):
        channels = channels.filter(teams__members=person).distinct()
    return Rights(
        person_id=person.pk,
        role=Role(person.role),
        channel_ids=tuple(channels.values_list("id", flat=True)),
    )
