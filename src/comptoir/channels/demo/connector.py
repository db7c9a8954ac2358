"""The demo channel: a mailbox with the marketplaces behind it, played from a folder and a seed.

It keeps no state of its own. What was sent lies in the spool, what comes is computed from seed and
time, and the cursor says how far the desk has read, so that several processes agree.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from typing import Any

from comptoir.channels.demo.events import Event
from comptoir.channels.demo.letters.buyers import digest
from comptoir.channels.demo.reactions import (
    CHASED_AFTER,
    LONGEST_REACTION,
    known_buyers,
    to_reply,
    to_silence,
)
from comptoir.channels.demo.settings import DemoSettings
from comptoir.channels.demo.spool import Spool
from comptoir.channels.demo.traffic import arrivals, expected_count
from comptoir.channels.kernel.outreach import REVIEW, Offer, Said
from comptoir.channels.kernel.protocol import (
    Capabilities,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)

TRAFFIC_VARIABLE = "COMPTOIR_DEMO_TRAFFIC"
LISTEN_STEP_SECONDS = 1.0
PAUSE_NOTICED = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=24)
AFTER_PAUSE_COUNT = 20.0
"""After a night in which nobody ran the demo that many mails have come, not a thousand."""

PATIENT_COUNT = 40
"""From so many messages without any reply of ours on, fewer come: nobody is watching."""

SURVEYED = timedelta(hours=30)
SURVEY_TOTAL_COUNT = 412
FORMS_ALLOWED = (
    ("unexpectedProblem", "confirmOrderDetails", "invoice"),
    ("unexpectedProblem", "confirmDeliveryDetails", "warranty", "invoice"),
    ("unexpectedProblem", "legalDisclosure", "invoice"),
)
REVIEW_TOO_EARLY = 7
LOCALES = {"DE": "de-DE", "FR": "fr-FR", "IT": "it-IT", "ES": "es-ES", "GB": "en-GB"}

REFUSED_PERCENT, DEFERRED_PERCENT, UNCERTAIN_PERCENT = 4, 4, 1
CONVERSATION = timedelta(hours=1)


def connect(settings: Mapping[str, Any], secrets: Mapping[str, str]) -> DemoConnector:
    """Open a mailbox of the demo. Raises `ChannelError` for settings that cannot be."""
    del secrets
    is_busy = os.environ.get(TRAFFIC_VARIABLE, "1") != "0"
    return DemoConnector(DemoSettings.from_mapping(settings), is_busy=is_busy)


def utc_now() -> datetime:
    """Read the clock: a connector is an edge."""
    return datetime.now(UTC)


class DemoConnector:
    """One mailbox of the demo."""

    def __init__(
        self,
        settings: DemoSettings,
        *,
        is_busy: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._is_busy = is_busy
        self._clock = clock
        self._spool = Spool(settings.spool)
        self._known = known_buyers(settings)
        self._read_through: datetime | None = None
        self._began_at = clock()
        self.capabilities = Capabilities(name="demo", listens=True)

    def check(self) -> None:
        """Return when the spool can be written; else raise `ChannelError`."""
        self._spool.check()

    def survey(self, limit: int = 1000) -> Iterator[RawItem]:
        """Yield the newest mails, newest first, for a verdict before anything is stored."""
        now = self._clock()
        events = list(arrivals(self._settings, now - SURVEYED, now))
        for event in list(reversed(events))[:limit]:
            yield self._item(event, {"total_count": max(SURVEY_TOTAL_COUNT, len(events))})

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield what came since the cursor, oldest first."""
        now = self._clock()
        since = self._since(cursor, now)
        began = self._began(cursor, since, now)
        unanswered = 0 if self._replied_after(since) else int(cursor.get("unanswered", 0))
        events = sorted(self._events(since, now, began, unanswered), key=lambda event: event.at)
        for first in range(0, len(events), page_size):
            part = events[first : first + page_size]
            unanswered += sum(event.external_id.startswith("arrival/") for event in part)
            is_last = first + page_size >= len(events)
            through = now if is_last else part[-1].at
            items = tuple(self._item(event) for event in part)
            yield Page(items, _cursor(through, began, unanswered))
        if not events:
            yield Page((), _cursor(now, began, unanswered))
        self._read_through, self._began_at = now, began

    def listen(self, stop: Flag, timeout_seconds: float) -> bool:
        """Wait for news; True when there is something to pull."""
        if self._read_through is None:
            return True
        ends_at = time.monotonic() + timeout_seconds
        while not stop.is_set():
            events = self._events(self._read_through, self._clock(), self._began_at, 0)
            if next(events, None) is not None:
                return True
            rest = ends_at - time.monotonic()
            if rest <= 0:
                return False
            stop.wait(min(LISTEN_STEP_SECONDS, rest))
        return False

    def send(self, outgoing: Outgoing) -> Receipt:
        """Take one reply as a marketplace would: mostly, not always, and never twice."""
        relay = outgoing.recipient.rpartition("@")[2]
        if "@" not in outgoing.recipient:
            return Receipt(Outcome.REFUSED, "address_invalid", f"501 {outgoing.recipient!r}")
        if found := self._spool.find(outgoing.message_id):
            return Receipt(Outcome.ACCEPTED, "", f"250 already here at {relay}", found.message_id)
        mood = int(digest("mood", outgoing.idempotency_key)[:6], 16) % 100
        if self._spool.count_try(outgoing.idempotency_key) == 1:
            if mood < REFUSED_PERCENT:
                return _refusal(outgoing, relay)
            if mood < REFUSED_PERCENT + DEFERRED_PERCENT:
                return Receipt(Outcome.DEFERRED, "throttled", f"451 4.7.1 {relay} asks to wait")
        sent = self._spool.keep(outgoing, self._clock())
        if mood >= 100 - UNCERTAIN_PERCENT:
            return Receipt(Outcome.UNCERTAIN, "connection_lost", "lost after the last byte")
        return Receipt(Outcome.ACCEPTED, "", f"250 2.0.0 accepted by {relay}", sent.message_id)

    def find_sent(self, message_id: str) -> str | None:
        """Look for a reply among those accepted; give its id there."""
        found = self._spool.find(message_id)
        return found.message_id if found else None

    def offer(self, order_number: str, country: str) -> Offer:
        """Allow most orders something, as Amazon does: told by the number, and the same each time."""
        lot = int(digest("offer", order_number)[:4], 16) % 10
        forms = FORMS_ALLOWED[lot % len(FORMS_ALLOWED)]
        return Offer(frozenset(forms), lot != REVIEW_TOO_EARLY, LOCALES.get(country, ""))

    def reach(self, said: Said) -> Receipt:
        """Take what is allowed; nobody answers it."""
        offered = self.offer(said.order_number, said.country)
        is_allowed = (
            offered.may_ask_for_review if said.form == REVIEW else said.form in offered.forms
        )
        if not is_allowed:
            return Receipt(Outcome.REFUSED, "not_allowed_now")
        self._spool.count_try(said.key)
        return Receipt(Outcome.ACCEPTED)

    def mark(self, external_id: str, mark: str) -> bool:
        """Set a flag on a mail."""
        self._spool.mark(external_id, mark)
        return True

    def close(self) -> None:
        """Let go of nothing: there is no socket."""

    def _since(self, cursor: Cursor, now: datetime) -> datetime:
        text = cursor.get("through")
        since = datetime.fromisoformat(text) if text else now
        return max(min(since, now), now - LONGEST_PAUSE)

    def _began(self, cursor: Cursor, since: datetime, now: datetime) -> datetime:
        """Tell since when somebody reads without a pause: nobody repeats what never came."""
        text = cursor.get("began")
        if text is None or now - since > PAUSE_NOTICED:
            return since
        return min(datetime.fromisoformat(text), now)

    def _replied_after(self, since: datetime) -> bool:
        return next(self._spool.sent_since(since), None) is not None

    def _events(
        self, since: datetime, until: datetime, began: datetime, unanswered: int
    ) -> Iterator[Event]:
        """Give everything that came in between, in no order."""
        yield from self._reactions(since, until)
        if not self._is_busy:
            return
        share = min(1.0, PATIENT_COUNT / unanswered) if unanswered else 1.0
        if until - since > PAUSE_NOTICED:
            expected = expected_count(self._settings, since, until)
            share = min(share, AFTER_PAUSE_COUNT / max(expected, 1.0))
        yield from arrivals(self._settings, since, until, share=share)
        if share == 1.0:
            answered = {sent.recipient for sent in self._spool.sent_since(since - CONVERSATION)}
            silence = to_silence(self._settings, _without_tags(answered), since, until)
            yield from (event for event in silence if event.at - CHASED_AFTER[1] >= began)

    def _reactions(self, since: datetime, until: datetime) -> Iterator[Event]:
        counts: Counter[str] = Counter()
        for sent in self._spool.sent_since(since - CONVERSATION):
            counts[sent.recipient] += 1
            if sent.at < since - LONGEST_REACTION:
                continue
            event = to_reply(self._settings, self._known, sent, counts[sent.recipient])
            if event is not None and since < event.at <= until:
                yield event

    def _item(self, event: Event, meta: Mapping[str, Any] | None = None) -> RawItem:
        """Write an event's mail, dated by the product's clock."""
        at = event.at + self._settings.ahead
        return RawItem(event.external_id, event.write(at), received_at=at, meta=meta or {})


def _cursor(through: datetime, began: datetime, unanswered: int) -> Cursor:
    return {
        "through": through.isoformat(),
        "began": began.isoformat(),
        "unanswered": unanswered,
    }


def _refusal(outgoing: Outgoing, relay: str) -> Receipt:
    if outgoing.files:
        reply = f"552 5.7.0 {relay} does not take this type of attachment"
        return Receipt(Outcome.REFUSED, "message_refused", reply)
    reply = f"550 5.7.1 {outgoing.sender} is not authorised to write to buyers at {relay}"
    return Receipt(Outcome.REFUSED, "sender_not_authorised", reply)


def _without_tags(addresses: set[str]) -> frozenset[str]:
    parts = [address.partition("@") for address in addresses]
    return frozenset(f"{local.partition('+')[0]}@{domain}" for local, _, domain in parts)
