"""What is typed in the editor of a template, and its preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict

from comptoir.merchant.models import Channel, Person
from comptoir.merchant.rights import Rights
from comptoir.replies import guard
from comptoir.replies.actions.templates import Content
from comptoir.replies.models import Template
from comptoir.replies.rendering import Problem, problems, render
from comptoir.rulebook import capability
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.tickets.template_facts import gather
from comptoir.web.present.composer import short_name
from comptoir.web.templates.samples import country_of, sample

TEXT = "text-"


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they stand. `wrong` is what keeps them from being kept, said in words."""

    name: str = ""
    folder: str = ""
    is_shared: bool = False
    channel_ids: frozenset[int] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""

    @classmethod
    def of(cls, template: Template) -> Typed:
        """Read what is stored."""
        return cls(
            name=template.name,
            folder=template.folder,
            is_shared=template.owner_id is None,
            channel_ids=frozenset(template.channels.values_list("pk", flat=True)),
            texts={text.language: text.body for text in template.texts.all()},
        )

    @classmethod
    def read(cls, form: QueryDict) -> Typed:
        """Read what was sent, without the one character no database stores."""
        texts = {
            key.removeprefix(TEXT)[:8]: value.replace("\0", "")
            for key, value in form.items()
            if key.startswith(TEXT) and isinstance(value, str)
        }
        return cls(
            name=form.get("name", "").replace("\0", ""),
            folder=form.get("folder", "").replace("\0", ""),
            is_shared=form.get("whose") == "shared",
            channel_ids=frozenset(
                int(number) for number in form.getlist("channels") if number.isdecimal()
            ),
            texts=texts,
        )

    @property
    def content(self) -> Content:
        """Give it as the verbs take it."""
        return Content(self.name, self.texts, self.folder, self.channel_ids)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What a channel forbids in the text."""

    channel: str
    found: str
    rule: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as a buyer would read it. `about` names the ticket or the sample."""

    language: str
    text: str
    problems: tuple[Problem, ...]
    forbidden: tuple[Forbidden, ...]
    ticket_id: int | None
    buyer: str
    no_such_ticket: bool = False


def preview(
    typed: Typed,
    language: str,
    *,
    ticket_id: int | None,
    rights: Rights,
    by: Person,
    now: datetime,
) -> Preview:
    """Write one language out, for a ticket this person sees or for a sample."""
    text = typed.texts.get(language, "")
    facts, country, is_lost = sample(language, by=by, now=now), country_of(language), False
    if ticket_id is not None:
        try:
            ticket = ticket_for(rights, ticket_id)
        except NoSuchTicket:
            is_lost, ticket_id = True, None
        else:
            facts, country = gather(ticket, by=by, now=now), ticket.channel.country
    done = render(text, facts, language=language, country=country)
    return Preview(
        language=language,
        text=done.text,
        problems=problems(text),
        forbidden=_forbidden(text, typed.channel_ids, rights),
        ticket_id=ticket_id,
        buyer=facts.buyer_name,
        no_such_ticket=is_lost,
    )


def _forbidden(text: str, channel_ids: frozenset[int], rights: Rights) -> tuple[Forbidden, ...]:
    """Look at the channels the template is offered on; one line a kind and marketplace."""
    wanted = channel_ids or frozenset(rights.channel_ids)
    found: dict[tuple[str, str], Forbidden] = {}
    for channel in Channel.objects.filter(pk__in=wanted, is_active=True).order_by("name"):
        rules = capability(channel.marketplace).forbidden_content
        for one in guard.findings(_without_variables(text), rules):
            key = (channel.marketplace, one.kind)
            found.setdefault(key, Forbidden(short_name(channel.name), one.found, one.rule))
    return tuple(found.values())


def _without_variables(text: str) -> str:
    """Read a tracking link as the link it becomes; other variables are no matter of the text."""
    return text.replace("{{ parcel.tracking_link }}", "https://tracking.example")
