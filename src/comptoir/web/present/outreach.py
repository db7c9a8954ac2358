"""What can be said on an order of our own accord, and what was: for the order panel and its dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Form
from comptoir.channels.kernel.card import Outreach as Able
from comptoir.channels.kernel.catalogue import cards
from comptoir.channels.kernel.outreach import FILES_MAX, REVIEW, Offer
from comptoir.tickets.models import Outreach
from comptoir.tickets.reasons import reason_words
from comptoir.web.present.customer import language_name
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One thing that was said, and how far it got."""

    id: int
    what: str
    who: str
    time: str
    state: str
    tone: str
    text: str
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class OutreachPanel:
    """What the order panel shows of it. `watched` says in words that nothing leaves."""

    address: str
    said: tuple[SaidLine, ...]
    watched: str
    has_review: bool
    has_forms: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """One form to fill in. `key` makes it leave once, however often it is sent."""

    name: str
    label: str
    about: str
    chars_max: int
    takes_files: bool
    has_dates: bool
    key: str
    was: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """What an order allows now. `asked` says that and when a review was asked for."""

    may_ask: bool
    asked: str
    review_key: str
    forms: tuple[FormView, ...]
    language: str
    seen: int
    trouble: str
    review_unknown: bool
    forms_unknown: bool
    files_max: int = FILES_MAX


def form_label(name: str, language: str) -> str:
    """Name a form in a person's words."""
    if name == REVIEW:
        return _("Request for a review")
    found = (card.outreach.form(name) for card in cards().values())
    form = next((one for one in found if one), None)
    return form.label.of(language) if form else name


def make_panel(
    rows: Sequence[Outreach], able: Able, address: str, channel: str, times: Times, *, watched: bool
) -> OutreachPanel:
    """Make the part of the order panel."""
    said = _("%(channel)s is in watch mode: it is only read, and nothing leaves here.")
    return OutreachPanel(
        address=address,
        said=tuple(_line(row, channel, times) for row in rows),
        watched=said % {"channel": channel} if watched else "",
        has_review=able.review,
        has_forms=bool(able.forms),
    )


def make_offer(
    offer: Offer | None, able: Able, rows: Sequence[Outreach], times: Times, trouble: str = ""
) -> OfferView:
    """Make the dialog. `offer` is None where the channel did not answer, and `trouble` says why."""
    stands = [row for row in rows if row.state != Outreach.State.REFUSED]
    review = next((row for row in stands if row.form == REVIEW), None)
    offered = offer or Offer()
    return OfferView(
        may_ask=offered.may_ask_for_review and review is None,
        asked=_was(review, times),
        review_key=uuid4().hex,
        forms=tuple(
            _form(form, stands, times) for form in able.forms if form.name in offered.forms
        ),
        language=language_name(offered.language, times.language) if offered.language else "",
        seen=max((row.pk for row in rows), default=0),
        trouble=trouble,
        review_unknown=offer is None or bool(offer.review_trouble),
        forms_unknown=offer is None or bool(offer.forms_trouble),
    )


def say_trouble(code: str, channel: str) -> str:
    """Say why a channel did not tell what an order allows."""
    why = {
        "unreachable": _("it did not answer"),
        "throttled": _("it asks us to wait a moment"),
        "server_error": _("it has trouble of its own"),
        "auth_failed": _("it does not accept the account's keys"),
        "consent_revoked": _("it no longer accepts the account's consent"),
        "forbidden": _("the account may not do this; its rights are named on its page"),
        "not_found": _("it knows no such order"),
        "settings_invalid": _("the account does not serve this country"),
    }.get(code, code)
    told = {"channel": channel, "why": why}
    return _("%(channel)s did not say what this order allows: %(why)s.") % told


def _form(form: Form, stands: Sequence[Outreach], times: Times) -> FormView:
    last = next((row for row in stands if row.form == form.name), None)
    return FormView(
        name=form.name,
        label=form.label.of(times.language),
        about=form.about.of(times.language),
        chars_max=form.text_chars_max,
        takes_files=form.takes_files,
        has_dates=form.has_dates,
        key=uuid4().hex,
        was=_was(last, times),
    )


def _was(row: Outreach | None, times: Times) -> str:
    if row is None:
        return ""
    told = {"who": row.person.name, "time": times.short(row.queued_at)}
    if row.form == REVIEW:
        return _("%(who)s asked for a review already, %(time)s. It can be asked for once.") % told
    return _("%(who)s sent this already, %(time)s.") % told


def _line(row: Outreach, channel: str, times: Times) -> SaidLine:
    state, tone = _state(row, channel)
    return SaidLine(
        id=row.pk,
        what=form_label(row.form, times.language),
        who=row.person.name,
        time=times.short(row.queued_at),
        state=state,
        tone=tone,
        text=row.text,
        is_uncertain=row.state == Outreach.State.UNCERTAIN,
    )


def _state(row: Outreach, channel: str) -> tuple[str, str]:
    told = {"channel": channel, "why": why_refused(row.last_code, row.last_reply)}
    match row.state:
        case Outreach.State.ACCEPTED:
            return _("%(channel)s took it") % told, "good"
        case Outreach.State.REFUSED:
            return _("Did not leave: %(why)s") % told, "bad"
        case Outreach.State.UNCERTAIN:
            return _("Nobody knows whether it arrived"), "warn"
        case _ if row.last_code:
            return _("Not taken yet, tried again by itself"), "warn"
        case _:
            return _("On its way"), ""


def why_refused(code: str, answer: str) -> str:
    """Say why something did not leave, in the channel's own words where it has some."""
    known = {
        "not_allowed_now": _("the marketplace does not allow it for this order now"),
        "watch_mode": _("the channel is in watch mode"),
        "no_route": _("its account is gone"),
        "gave_up": _("the marketplace could not be reached for half a day"),
        "not_sent": _("somebody looked, and it had not arrived"),
        "forbidden": _("the account may not do this; its rights are named on its page"),
        "not_found": _("the marketplace knows no such order"),
        "text_not_allowed": _("the text holds HTML or a mail address"),
    }
    told = known.get(code) or answer or reason_words(get_language() or "en").get(code)
    return told or _("the marketplace gave no reason that is known here (%(code)s)") % {
        "code": code
    }
