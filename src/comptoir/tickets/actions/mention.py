"""Naming a colleague in a note, by an at sign and the name: they are told.

A whole name always counts; a first name alone where only one colleague has it. Somebody who may
not see the ticket is not told of it, and whoever wrote the note hears that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.merchant.models import Person
from comptoir.tickets.models import Mention, Message, Ticket
from comptoir.tickets.seeing import people_who_see


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a note names: those who are told, and those who may not see the ticket."""

    told: tuple[Person, ...] = ()
    unseeing: tuple[Person, ...] = ()


def name_in(message: Message, ticket: Ticket, *, by: Person) -> None:
    """Store whom a note names. Oneself is nobody to be told."""
    told = named(message.text, ticket, by=by).told
    if told:
        rows = [Mention(message=message, person=one) for one in told]
        Mention.objects.bulk_create(rows, ignore_conflicts=True)


def named(text: str, ticket: Ticket, *, by: Person) -> Named:
    """Say whom a note's text names, apart by whether they may see the ticket."""
    if "@" not in text:
        return Named()
    people = list(Person.objects.filter(is_active=True).order_by("name"))
    found = [one for one in named_in(text, people) if one.pk != by.pk]
    seeing = {one.pk for one in people_who_see(ticket)} if found else set()
    told = tuple(one for one in found if one.pk in seeing)
    return Named(told, tuple(one for one in found if one.pk not in seeing))


def named_in(text: str, people: Iterable[Person]) -> list[Person]:
    """Give the people that a text names with an at sign, each once."""
    everybody = list(people)
    left = text
    found: list[Person] = []
    for one in sorted(everybody, key=lambda p: -len(p.name)):
        pattern = _pattern(one.name)
        if pattern.search(left):
            found.append(one)
            left = pattern.sub(" ", left)  # "@Anna Berg" is not also the other Anna
    firsts = [one.name.split()[0].casefold() for one in everybody if one.name.split()]
    for one in everybody:
        words = one.name.split()
        if one in found or not words or firsts.count(words[0].casefold()) > 1:
            continue
        if _pattern(words[0]).search(left):
            found.append(one)
    return found


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@])@{re.escape(name)}(?!\w)", re.IGNORECASE)
