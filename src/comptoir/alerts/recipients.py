"""Who hears of an alert: from the names a policy uses to people, endpoints and addresses.

`assignee` is whom the ticket was given to, `author` who wrote the reply, `team` everybody in the
channel's teams who may answer, `supervisor` the leaders in those teams, or the administrators
where there is none, `admins` the administrators. Where nobody was meant to hear of something
(no assignee, an empty team) the next larger circle does: silence is how deadlines are missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from comptoir.alerts.models import Alert, Delivery, Endpoint, Preference
from comptoir.core.clocks.warning import recipients_of
from comptoir.merchant.models import Person, Role, Team
from comptoir.sla.versions import Held, promises
from comptoir.tickets.models import Ticket

AUTHOR, ASSIGNEE, TEAM = "author", "assignee", "team"
SUPERVISOR, ADMINS = "supervisor", "admins"
PERSON, ENDPOINT, EMAIL = "person:", "endpoint:", "email:"
LARGER = {AUTHOR: ASSIGNEE, ASSIGNEE: TEAM, TEAM: SUPERVISOR, SUPERVISOR: ADMINS}
"""Who is asked instead where a name stands for nobody."""

ANSWERING = (Role.AGENT, Role.LEADER, Role.ADMIN)

CHAT = (Endpoint.Kind.SLACK, Endpoint.Kind.MATTERMOST, Endpoint.Kind.TEAMS)


@dataclass(frozen=True, slots=True)
class Target:
    """One recipient and the transport by which it hears. Exactly one of the three is set."""

    transport: Delivery.Transport
    person_id: int | None = None
    endpoint_id: int | None = None
    address: str = ""


@dataclass(slots=True)
class Circle:
    """Everybody who could hear of something, read once for a batch of alerts."""

    active: dict[int, Person] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    """People in the teams of a channel, by channel."""
    endpoints: dict[int, Endpoint] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)
    """Which alerts come by e-mail, by person who said so."""

    def people(self, name: str, alert: Alert) -> set[int]:
        """Give the people a name stands for; the next larger circle where that is nobody."""
        found = self._named(name, alert) & self.active.keys()
        if found or name not in LARGER:
            return found
        return self.people(LARGER[name], alert)

    def targets(self, names: Iterable[str], alert: Alert) -> list[Target]:
        """Give each recipient and transport once, people first."""
        found: dict[Target, None] = {}
        people: set[int] = set()
        for name in names:
            if name.startswith(ENDPOINT):
                found.update(dict.fromkeys(self._endpoint(name)))
            elif name.startswith(EMAIL):
                address = name.removeprefix(EMAIL)
                found[Target(Delivery.Transport.EMAIL, address=address)] = None
            else:
                people |= self.people(name, alert)
        told = [target for one in sorted(people) for target in self._person(one, alert)]
        return [*told, *found]

    def fallback(self, alert: Alert) -> list[Target]:
        """Give the administrators, where all that was named is switched off or removed."""
        if all(name.startswith(PERSON) for name in alert.to):
            return []  # what one person was to hear is nobody else's matter
        return self.targets([ADMINS], alert)

    def _named(self, name: str, alert: Alert) -> set[int]:
        members = self.members.get(alert.channel_id or 0, set()) & self.active.keys()
        if name.startswith(PERSON):
            number = name.removeprefix(PERSON)
            return {int(number)} if number.isdigit() else set()
        if name == AUTHOR:
            author = alert.data.get("author")
            return {author} if isinstance(author, int) else set()
        if name == ASSIGNEE:
            given_to = alert.ticket.assignee_id if alert.ticket is not None else None
            return {given_to} if given_to is not None else set()
        if name == TEAM:
            return {one for one in members if self.active[one].role in ANSWERING}
        if name == SUPERVISOR:
            return {one for one in members if self.active[one].role == Role.LEADER}
        if name == ADMINS:
            return {one.pk for one in self.active.values() if one.role == Role.ADMIN}
        return set()

    def _person(self, person_id: int, alert: Alert) -> list[Target]:
        person = self.active[person_id]
        wanted = self.emails.get(person_id, default_email(person))
        found = [Target(Delivery.Transport.APP, person_id=person_id)]
        is_push = alert.level == Alert.Level.PUSH
        if wanted == Preference.Email.ALL or (wanted == Preference.Email.PUSH and is_push):
            found.append(Target(Delivery.Transport.EMAIL, person_id=person_id))
        return found

    def _endpoint(self, name: str) -> list[Target]:
        number = name.removeprefix(ENDPOINT)
        endpoint = self.endpoints.get(int(number)) if number.isdigit() else None
        if endpoint is None:
            return []
        return [Target(transport_of(endpoint), endpoint_id=endpoint.pk)]


def read_circle(channel_ids: Iterable[int]) -> Circle:
    """Read everybody who could hear of something on those channels: four queries."""
    wanted = sorted(set(channel_ids))
    members: dict[int, set[int]] = {}
    rows = Team.objects.filter(channels__in=wanted, members__is_active=True)
    for channel_id, person_id in rows.values_list("channels", "members"):
        members.setdefault(channel_id, set()).add(person_id)
    return Circle(
        active={one.pk: one for one in Person.objects.filter(is_active=True)},
        members=members,
        endpoints={one.pk: one for one in Endpoint.objects.filter(is_active=True)},
        emails=dict(Preference.objects.values_list("person_id", "email")),
    )


def default_email(person: Person) -> str:
    """Tell which alerts come by e-mail to somebody who said nothing: those in charge get pushes."""
    is_in_charge = person.role in (Role.LEADER, Role.ADMIN)
    return Preference.Email.PUSH if is_in_charge else Preference.Email.OFF


def transport_of(endpoint: Endpoint) -> Delivery.Transport:
    """Tell how an endpoint hears of something."""
    if endpoint.kind in CHAT:
        return Delivery.Transport.CHAT
    if endpoint.kind == Endpoint.Kind.EMAIL:
        return Delivery.Transport.EMAIL
    return Delivery.Transport.WEBHOOK


def names_of(alert: Alert) -> Sequence[str]:
    """Give the names of those who are to hear of an alert: the policy's of a clock, else its own."""
    if alert.kind != Alert.Kind.CLOCK or alert.to:
        return tuple(alert.to)
    ticket: Ticket | None = alert.ticket
    held: Held | None = ticket.held if ticket is not None else None
    rules = promises(*held).warnings if held is not None else ()
    return recipients_of(rules, alert.threshold)
