"""Reads a ticket for its page: a fixed number of queries, whatever its length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.core.calendars import Calendar
from comptoir.core.clocks import Evaluation
from comptoir.core.clocks.policies import ALWAYS_NAME
from comptoir.inbox.naming import shown_name
from comptoir.merchant.models import Person
from comptoir.merchant.rights import Rights
from comptoir.orders.queries import CustomerCard, card_of
from comptoir.rulebook import capability, preset
from comptoir.sla.choosing import policy_list
from comptoir.sla.versions import promises
from comptoir.storage.sorting import name_key
from comptoir.tickets import figures, queries
from comptoir.tickets.cases import cases_of, said_answered, unanswered
from comptoir.tickets.models import Fact, Message, Ticket
from comptoir.tickets.projection import project
from comptoir.tickets.queries import SHOWN_AT_FIRST, Conversation
from comptoir.tickets.way_back import Back, closes, way_back
from comptoir.web import shell
from comptoir.web.keeping import keep
from comptoir.web.present import side
from comptoir.web.present.cases import CaseView, make_cases
from comptoir.web.present.clocks import make_clocks
from comptoir.web.present.composer import short_name
from comptoir.web.present.customer import make_customer
from comptoir.web.present.names import channel_name
from comptoir.web.present.order import make_order
from comptoir.web.present.people import initials
from comptoir.web.present.policies import Refs, refs_of
from comptoir.web.present.side import EarlierView
from comptoir.web.present.streams import stream_word
from comptoir.web.present.ticket import Can, Choice, Outside, TicketView
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import list_words, statuses, tiers, topics
from comptoir.web.present.why_not import make_why_not
from comptoir.web.views.around import read_together
from comptoir.web.views.composing import read_composer
from comptoir.web.views.joinable import joinable
from comptoir.web.views.outreach_panel import read_panel
from comptoir.web.views.talking import read_days, recorded_of, refs_in

EARLIER_SHOWN_MAX = 6
OTHERS_MAX = 14
KEPT_SECONDS = 5.0
ORDERS_SHOWN_MAX = 6
BANNERS_MAX = 2
MARKS = ("no_response_needed", "undo_no_response_needed", "buyer_message")


def read_ticket(
    rights: Rights, ticket_id: int, times: Times, *, shown: int = SHOWN_AT_FIRST
) -> TicketView:
    """Read everything the ticket page shows, with so many messages. Raises `NoSuchTicket`."""
    read = queries.conversation(rights, ticket_id, shown=shown)
    ticket = read.ticket
    people = _answering(rights, ticket) if rights.may_answer else []
    able = capability(ticket.channel.marketplace)
    back = way_back(ticket, able)
    projection = project(recorded_of(read.facts), ticket.held, now=times.now)
    evaluation = projection.evaluation if projection else None
    refs = refs_in(ticket, read.facts)
    others = queries.others_of(rights, ticket, count=OTHERS_MAX)
    earlier = _earlier(others, ticket, times)
    mark = _holding_mark(read.facts)
    can = _can(rights, read, mark)
    last_id = max((message.pk for message in read.messages), default=0)
    language = times.language
    composer = read_composer(rights, read, last_id, times, people, back)
    return TicketView(
        id=ticket.pk,
        buyer=shown_name(ticket.pk, ticket.buyer_name) or list_words(language)["unknown_buyer"],
        subject=ticket.subject,
        channel=channel_name(ticket.channel.name),
        channel_short=ticket.channel.short_name,
        stream=stream_word(read.messages, ticket, language),
        status=ticket.status,
        status_word=statuses(language).get(ticket.status, ticket.status),
        tier=ticket.tier,
        tier_word=tiers(language)[ticket.tier],
        tier_reasons=_reasons(ticket, language),
        tier_by_person=ticket.tier_set_by_person,
        tiers=tuple(Choice(str(n), word, n == ticket.tier) for n, word in tiers(language).items()),
        assignee=ticket.assignee.name if ticket.assignee else "",
        assignee_initials=initials(ticket.assignee.name) if ticket.assignee else "",
        is_mine=ticket.assignee_id == rights.person_id,
        people=_people(people, ticket),
        together=read_together(ticket, people, shell.names(), times, me=rights.person_id),
        waits=_waits(ticket),
        clocks=make_clocks(
            evaluation,
            _calendars(ticket, evaluation),
            times,
            lambda clock: refs_of(projection.held_by(clock), refs) if projection else (),
        ),
        days=read_days(read, times, refs, may_answer=rights.may_answer),
        older_count=read.older_count,
        shown_count=len(read.messages),
        last_message_id=last_id,
        order=make_order(read.order, read.parts, able, times),
        order_number=ticket.order_number,
        outreach=read_panel(read.order, f"/tickets/{ticket.pk}", times),
        cases=_cases(read, times),
        customer=make_customer(ticket, _card(rights, ticket), times),
        earlier=earlier,
        open_too=[other for other in earlier if other.is_open][:BANNERS_MAX],
        channel_card=side.make_channel(
            ticket.channel,
            able,
            preset(ticket.channel.marketplace, ticket.channel.country),
            _evidence(read.messages),
            back,
        ),
        composer=composer,
        outside=None if _is_being_closed(back, mark, read) else _outside(mark, read, times),
        mark_needs_confirmation=bool(able.no_response_needed_exists)
        and not able.no_response_needed_by_software
        and not closes(back),
        can=can,
        why_not=make_why_not(
            can,
            read,
            times,
            is_portal=bool(composer.portal and not composer.lock),
            lock=composer.lock,
        ),
        joins=joinable(rights, read, others, times),
        mean=_mean(ticket, evaluation, times),
        is_history=ticket.status == Ticket.Status.CLOSED,
        is_watched=ticket.channel.is_watched_only,
        is_unmatched=rights.may_administer and _is_unmatched(ticket, refs),
        tags=tuple(ticket.tags),
        known_tags=_known_tags(times) if rights.may_answer else (),
    )


def _is_unmatched(ticket: Ticket, refs: Refs) -> bool:
    """Tell whether no policy matched, so that the default one applies."""
    applied = refs.get(ticket.policy_version_id or 0)
    return applied is not None and applied.is_default


def _answering(rights: Rights, ticket: Ticket) -> list[Person]:
    """Give the people the ticket can be given to, as they were a few seconds ago at most."""
    people: list[Person] = keep(
        ("answering", ticket.channel_id),
        lambda: queries.people_who_can_answer(rights, ticket),
        seconds=KEPT_SECONDS,
    )
    return people


def _known_tags(times: Times) -> tuple[str, ...]:
    """Give the tags that policies look at, to choose from."""
    tags: tuple[str, ...] = keep("policy_tags", lambda: _policy_tags(times), seconds=KEPT_SECONDS)
    return tags


def _policy_tags(times: Times) -> tuple[str, ...]:
    looked_at = (
        one.conditions.allowed.get("tags", ()) for one in policy_list(now=times.now).listed
    )
    return tuple(sorted({str(tag) for tags in looked_at for tag in tags}, key=name_key))


def _mean(ticket: Ticket, evaluation: Evaluation | None, times: Times) -> str:
    """Say what the channel's mean becomes, where the marketplace judges one; else nothing."""
    clocks_open = evaluation.clocks if evaluation else ()
    if not any(clock.is_open and clock.limit_is_planning for clock in clocks_open):
        return ""
    before, after = figures.mean_if_answered(ticket, now=times.now)
    if after.value is None:
        return ""
    values = {
        "before": times.length(before.value.total_seconds()) if before.value else "–",
        "after": times.length(after.value.total_seconds()),
        "count": before.count,
    }
    return (
        _("Mean of the last 30 days: %(before)s (%(count)s answers). Answered now: %(after)s.")
        % values
    )


def _calendars(ticket: Ticket, evaluation: Evaluation | None) -> Mapping[str, Calendar]:
    """Give, by policy name, the calendar whose closed hours a bar hatches."""
    if ticket.held is None or evaluation is None:
        return {}
    promised = promises(*ticket.held)
    named = {rule.calendar for rule in promised.policy.rules.values()} - {ALWAYS_NAME}
    known = sorted(named & promised.calendars.keys())
    return {promised.policy.name: promised.calendars[known[0]]} if known else {}


def _earlier(others: Sequence[Ticket], ticket: Ticket, times: Times) -> list[EarlierView]:
    """Show some of them, the open ones first."""
    made = side.make_earlier(others[:EARLIER_SHOWN_MAX], ticket, times)
    return sorted(made, key=lambda other: not other.is_open)


def _card(rights: Rights, ticket: Ticket) -> CustomerCard | None:
    if ticket.customer_id is None:
        return None
    return card_of(ticket.customer_id, rights.channel_ids, count=ORDERS_SHOWN_MAX)


def _people(people: Sequence[Person], ticket: Ticket) -> tuple[Choice, ...]:
    choices = [Choice(str(p.pk), p.name, p.pk == ticket.assignee_id) for p in people]
    return (*choices, Choice("", _("Nobody"), ticket.assignee_id is None)) if people else ()


def _waits(ticket: Ticket) -> tuple[Choice, ...]:
    return tuple(
        Choice(value, label, ticket.status == status)
        for value, label, status in (
            ("buyer", pgettext("wait", "on the buyer"), "waiting_on_buyer"),
            ("marketplace", pgettext("wait", "on the marketplace"), "waiting_on_marketplace"),
            ("internally", pgettext("wait", "on ourselves"), "waiting_internally"),
        )
    )


def _reasons(ticket: Ticket, language: str) -> tuple[str, ...]:
    words = topics(language, ticket.channel.marketplace)
    return tuple(words.get(str(code), str(code)) for code in ticket.tier_reasons)


def _evidence(messages: tuple[Message, ...]) -> list[str]:
    """Give why the latest buyer's mail was taken for this channel."""
    of_buyer = (m for m in reversed(messages) if m.author == Message.Author.BUYER)
    latest = next(of_buyer, None)
    return [str(code) for code in latest.evidence] if latest else []


def _holding_mark(facts: tuple[Fact, ...]) -> Fact | None:
    """Give the mark *no response needed* that holds, if one does."""
    last = next((fact for fact in reversed(facts) if fact.kind in MARKS), None)
    return last if last and last.kind == "no_response_needed" else None


def _outside(mark: Fact | None, read: Conversation, times: Times) -> Outside | None:
    if mark is None or mark.data.get("confirmed_outside"):
        return None
    links = [m.links.get("no_response_needed", "") for m in reversed(read.messages)]
    return Outside(
        marketplace=short_name(read.ticket.channel.name),
        link=next((link for link in links if link.startswith("https://")), ""),
        time=times.short(mark.happened_at),
    )


def _is_being_closed(back: Back, mark: Fact | None, read: Conversation) -> bool:
    """Tell whether the channel is being told of the mark, so that nobody has to go there."""
    failed = (fact for fact in read.facts if fact.kind == "thread_not_closed")
    return closes(back) and not any(mark and fact.pk > mark.pk for fact in failed)


def _cases(read: Conversation, times: Times) -> list[CaseView]:
    found = cases_of(read.ticket)
    return make_cases(found, said_answered(read.ticket, found), times)


def _can(rights: Rights, read: Conversation, mark: Fact | None) -> Can:
    ticket, acts = read.ticket, rights.may_answer
    last = {fact.kind: fact for fact in read.facts}
    order = {fact.pk: place for place, fact in enumerate(read.facts)}

    def is_owed(asked: str, given: str) -> bool:
        if asked not in last:
            return False
        return given not in last or order[last[given].pk] < order[last[asked].pk]

    return Can(
        answer=acts,
        solve=acts and not ticket.is_over,
        reopen=acts and ticket.is_over,
        mark=acts and ticket.oldest_unanswered_at is not None and mark is None,
        unmark=acts and mark is not None,
        take=acts and ticket.assignee_id != rights.person_id,
        wait=acts and not ticket.is_over,
        answer_case=acts and bool(unanswered(read.facts)),
        decide_return=acts and is_owed("return_requested", "return_decided"),
        promise=acts and not ticket.is_over,
        keep_promise=acts and any(c.kind == "promise" and not c.ended_at for c in read.clocks),
    )
