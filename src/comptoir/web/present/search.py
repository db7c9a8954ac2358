"""The results of a search: what was found and why, and the ways to narrow it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from comptoir.inbox.search.finding import COUNT_MAX, Found
from comptoir.inbox.search.hits import Hit
from comptoir.inbox.search.operators import local_name, operator
from comptoir.inbox.search.texts import marked, snippet_of
from comptoir.web.present import vocabulary
from comptoir.web.present.times import Times

Pieces = tuple[tuple[str, bool], ...]
_OPERATOR = re.compile(r'-?([^\W\d_]{1,16}):("[^"]*"?|\S*)\s*')


@dataclass(frozen=True, slots=True)
class Result:
    """One ticket found, with the stretch of text that shows why."""

    id: int
    address: str
    buyer: Pieces
    channel: str
    channel_name: str
    order: Pieces
    state: str
    assignee: str
    time: str
    time_full: str
    who: str
    is_note: bool
    said: Pieces
    language: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow a search. Choosing the current one takes it back."""

    label: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """Ways of one kind."""

    title: str
    choices: tuple[Choice, ...]


def make_results(found: Found, hits: Iterable[Hit], times: Times) -> list[Result]:
    """Make the lines of results."""
    language = get_language() or "en"
    states = vocabulary.statuses(language)
    return [_result(found, hit, times, states) for hit in hits]


def count_line(count: int) -> str:
    """Say how much was found; counting stops at some point."""
    if count >= COUNT_MAX:
        return _("%(count)s tickets or more, latest first") % {"count": COUNT_MAX}
    if not count:
        return _("No ticket found")
    text = ngettext("%(count)s ticket, latest first", "%(count)s tickets, latest first", count)
    return text % {"count": count}


def choices_for(question: str, channels: Iterable[tuple[int, str, str]]) -> list[Choices]:
    """Give the ways to narrow what is asked: by state, by time, by channel."""
    states = [
        ("open", pgettext("status", "Open")), ("waiting", pgettext("view", "Waiting")),
        ("solved", pgettext("status", "Solved")), ("claim", pgettext("risk", "Claim")),
    ]  # fmt: skip
    spans = [
        ("7d", _("Last 7 days")), ("1m", _("Last month")), ("12m", _("Last year")),
    ]  # fmt: skip
    holdings = [("attachment", _("Attachment")), ("note", _("Note"))]
    made = [
        Choices(pgettext("search", "State"), _choices(question, "is", states)),
        Choices(pgettext("search", "Time"), _choices(question, "after", spans)),
        Choices(pgettext("search", "With"), _choices(question, "has", holdings)),
    ]
    names = [(short.lower(), name) for _id, name, short in channels]
    if len(names) > 1:
        made.append(Choices(_("Channels"), _choices(question, "channel", names)))
    return made


def narrowed(question: str, name: str, value: str | None) -> str:
    """Write the question with an operator set to a value, or without it."""
    kept = _OPERATOR.sub(
        lambda found: "" if operator(found[1]) == name else found.group(), question
    ).strip()
    if value is None:
        return kept
    spelled = f'"{value}"' if " " in value else value
    return f"{kept} {local_name(name, get_language() or 'en')}:{spelled}".strip()


def value_of(question: str, name: str) -> str:
    """Give the value an operator has in the question, folded to small letters."""
    for found in _OPERATOR.finditer(question):
        if operator(found[1]) == name and not found.group().startswith("-"):
            return found[2].strip('"').lower()
    return ""


def corrected(question: str, corrections: Mapping[str, str]) -> str:
    """Say what was searched instead: the words that nobody ever used, in their better form."""
    return ", ".join(f"{better}" for better in corrections.values()) if corrections else ""


def address_of(question: str, **more: str) -> str:
    """Give the address of a search."""
    return f"/search?{urlencode({'q': question, **more})}"


def _choices(question: str, name: str, values: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    present = value_of(question, name)
    return tuple(
        Choice(
            label=label,
            address=address_of(narrowed(question, name, None if present == value else value)),
            is_current=present == value,
        )
        for value, label in values
    )


def _result(found: Found, hit: Hit, times: Times, states: Mapping[str, str]) -> Result:
    texts = found.texts.get(hit.id)
    snippet = snippet_of(texts, found.matching) if texts else None
    return Result(
        id=hit.id,
        address=f"/tickets/{hit.id}",
        buyer=marked(hit.buyer_name or f"#{hit.id}", found.matching),
        channel=hit.channel_short,
        channel_name=hit.channel_name,
        order=marked(hit.order_number, found.matching),
        state=states.get(hit.status, hit.status),
        assignee=hit.assignee_name,
        time=times.short(hit.last_message_at),
        time_full=times.full(hit.last_message_at),
        who=_who(snippet.said.author, snippet.said.from_name) if snippet else "",
        is_note=bool(snippet and snippet.said.is_note),
        said=snippet.pieces if snippet else ((hit.subject, False),),
        language=hit.language,
    )


def _who(author: str, name: str) -> str:
    """Say who wrote; the buyer stands above already."""
    if author == "buyer":
        return ""
    return name or {"marketplace": _("Marketplace"), "automation": _("Automation")}.get(author, "")
