"""The loops that send what waits: in the desk, by mail, and to programs and chat rooms.

Each way has threads of its own, so that a server that hangs holds up nobody else's alerts. Right
before a message leaves it is asked whether there is still something to say.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from comptoir.alerts import mail_sender, waiting
from comptoir.alerts.models import Delivery
from comptoir.alerts.sending import NO_SENDER, send
from comptoir.alerts.standing import standing_of
from comptoir.alerts.transports import app
from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.inbox.worker import Loop
from comptoir.storage import clock as desk_clock

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

APP_SECONDS, OUT_SECONDS = 0.3, 1.0
POSTING_THREADS = 2
RING_COUNT = 300
MAIL = (Delivery.Transport.EMAIL.value,)
POSTS = (Delivery.Transport.WEBHOOK.value, Delivery.Transport.CHAT.value)
OVER = "over"

_claiming = threading.Lock()
_busy: set[int] = set()
"""Endpoints that a thread of this process speaks to."""


@transaction.atomic
def ring_due(*, now: datetime) -> int:
    """Tell people's browsers what waits for them, and tell how many messages that were.

    Telling and settling are one transaction: in the desk an alert arrives exactly once.
    """
    due = Delivery.objects.filter(
        state=Delivery.State.WAITING, transport=Delivery.Transport.APP, next_try_at__lte=now
    )
    rows = list(due.order_by("next_try_at").select_for_update(skip_locked=True)[:RING_COUNT])
    if not rows:
        return 0
    standing = standing_of([row.pk for row in rows], now=now)
    rung = [row for row in rows if row.pk in standing]
    app.ring(
        [
            app.Ring(row.person_id or 0, str(row.pk), is_push=row.pk in standing.loud)
            for row in rung
        ],
        now=now,
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rung]).update(
        state=Delivery.State.SENT, next_try_at=None, settled_at=now, attempt_count=1
    )
    waiting.drop([row.pk for row in rows if row.pk not in standing], OVER, now=now)
    return len(rows)


def mail_due(*, clock: Clock) -> int:
    """Send mail whose time has come, and tell how many were tried."""
    count = 0
    while delivery := waiting.claim(MAIL, now=clock()):
        count += 1
        if not _deliver_mail(delivery, clock=clock):
            break
    return count


def post_due(*, clock: Clock) -> int:
    """Send to programs and rooms what is due, one at a time for each endpoint."""
    count = 0
    while delivery := _claim_post(now=clock()):
        count += 1
        try:
            _deliver(delivery, clock=clock)
        finally:
            _busy.discard(delivery.endpoint_id or 0)
    return count


def loops() -> list[Loop]:
    """Give the loops that a worker runs to send alerts."""
    return [
        ("alerts-app", APP_SECONDS, lambda: ring_due(now=desk_clock.now())),
        ("alerts-mail", OUT_SECONDS, lambda: mail_due(clock=desk_clock.now)),
        *(
            (f"alerts-post-{number}", OUT_SECONDS, lambda: post_due(clock=desk_clock.now))
            for number in range(POSTING_THREADS)
        ),
    ]


def _claim_post(*, now: datetime) -> Delivery | None:
    with _claiming:
        delivery = waiting.claim(POSTS, now=now, besides=_busy)
        if delivery is not None:
            _busy.add(delivery.endpoint_id or 0)
        return delivery


def _deliver_mail(delivery: Delivery, *, clock: Clock) -> bool:
    """Send one mail; False when the mailbox does not work, so that the others wait, too."""
    answer = _deliver(delivery, clock=clock)
    if answer is None or answer.code == NO_SENDER:
        return True
    if answer.verdict is Verdict.AGAIN:
        now = clock()
        mail_sender.note_failure(answer.code, now=now)
        mails = Delivery.objects.filter(transport=Delivery.Transport.EMAIL)
        waiting.put_off(mails, until=now + (answer.wait or waiting.PAUSES[0]))
        return False
    if answer.is_good:
        mail_sender.note_success()
    return True


def _deliver(delivery: Delivery, *, clock: Clock) -> Answer | None:
    """Send one message and settle it; None when there was nothing to say any more."""
    now = clock()
    if reason := _hindrance(delivery):
        waiting.drop([delivery.pk], reason, now=now)
        return None
    alert_ids = standing_of([delivery.pk], now=now).get(delivery.pk, [])
    if not alert_ids:
        waiting.drop([delivery.pk], OVER, now=now)
        return None
    try:
        answer = send(delivery, alert_ids, now=now)
    except Exception as error:
        log.exception("delivery %s: a fault of ours", delivery.pk)
        answer = Answer(Verdict.AGAIN, "fault", type(error).__name__)
    log.info("delivery %s: %s %s", delivery.pk, answer.verdict, answer.code)
    waiting.settle(delivery, answer, now=clock())
    return answer


def _hindrance(delivery: Delivery) -> str:
    """Say why a message must not leave; "" when it may."""
    if delivery.endpoint is not None and not delivery.endpoint.is_active:
        return "endpoint_off"
    if delivery.person is not None:
        if not delivery.person.is_active:
            return "person_gone"
        if mail_sender.chosen() is None:
            return NO_SENDER  # they read it on the desk
    return ""
