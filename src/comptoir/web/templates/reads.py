"""Reads the list of templates: by folder, with their languages and how much they are used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from comptoir.merchant.models import Channel, Person, Role
from comptoir.replies import languages, queries
from comptoir.replies.actions.templates import may_change
from comptoir.replies.models import Template, TemplateText
from comptoir.storage.sorting import name_key
from comptoir.tickets import template_usage
from comptoir.tickets.template_usage import Usage
from comptoir.web.present.names import channel_name

ALWAYS = ("en", "fr", "de")
WHOSE = ("all", "shared", "mine", "retired")


@dataclass(frozen=True, slots=True)
class Row:
    """One template of the list. `languages` says for each shown language whether it is there."""

    id: int
    name: str
    is_own: bool
    may_change: bool
    languages: tuple[tuple[str, bool], ...]
    channels: tuple[str, ...]
    usage: Usage | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder and what is in it; the name is empty for none."""

    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole list. `gaps` counts, by language, templates that lack it."""

    folders: list[Folder]
    languages: tuple[str, ...]
    gaps: dict[str, int]
    count: int


def listing(person: Person, *, whose: str, query: str, lacking: str, now: datetime) -> Listing:
    """Read the list: six queries, however long it is."""
    shown = spoken()
    found = list(_wanted(person, whose).prefetch_related("texts", "channels"))
    if query.strip():
        found = queries.fitting(found, query, {})
    if lacking:
        found = [template for template in found if lacking not in _languages(template)]
    used = template_usage.usage([template.pk for template in found], now=now)
    found.sort(
        key=lambda template: (
            not template.folder,
            name_key(template.folder),
            name_key(template.name),
        )
    )
    rows = [
        (template.folder, _row(template, person, shown, used.get(template.pk)))
        for template in found
    ]
    return Listing(
        folders=[
            Folder(name, [row for _, row in some])
            for name, some in groupby(rows, key=lambda pair: pair[0])
        ],
        languages=shown,
        gaps={code: sum(1 for _, row in rows if not dict(row.languages)[code]) for code in shown},
        count=len(rows),
    )


def spoken() -> tuple[str, ...]:
    """Give the languages templates are needed in: the channels', and those that are used."""
    of_channels = [
        languages.base(locale)
        for locale in Channel.objects.filter(is_active=True).values_list("locale", flat=True)
    ]
    used = TemplateText.objects.values_list("language", flat=True).distinct()
    return _in_order([*of_channels, *used])


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Put languages in order: those of the desk itself first."""
    wanted = set(codes) | {"en"}
    known = [code for code in ALWAYS if code in wanted]
    return (*known, *sorted(wanted - set(known)))


def _wanted(person: Person, whose: str) -> QuerySet[Template]:
    found = queries.seen_by(person.pk)
    match whose:
        case "shared":
            return found.filter(owner=None, is_active=True)
        case "mine":
            return found.filter(owner=person, is_active=True)
        case "retired":
            return found.filter(is_active=False)
        case _:
            return found.filter(is_active=True)


def _row(template: Template, person: Person, shown: tuple[str, ...], used: Usage | None) -> Row:
    there = _languages(template)
    return Row(
        id=template.pk,
        name=template.name,
        is_own=template.owner_id is not None,
        may_change=may_change(template, person) and person.is_at_least(Role.AGENT),
        languages=tuple((code, code in there) for code in shown),
        channels=tuple(
            sorted((channel_name(c.name) for c in template.channels.all()), key=name_key)
        ),
        usage=used,
    )


def _languages(template: Template) -> set[str]:
    return {text.language for text in template.texts.all()}
