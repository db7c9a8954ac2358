"""Writing one message for its recipient and handing it to its transport.

What people read is in their language and zone; what goes to rooms and programs in the merchant's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import translation

from comptoir.alerts import mail_sender
from comptoir.alerts.events import ALERTS_MAX, event_of, test_event
from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.moments import Moments, moments_for
from comptoir.alerts.notices import notice_of, trial_notice
from comptoir.alerts.subjects import subjects_of
from comptoir.alerts.transports import chat, email, webhook
from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.alerts.transports.notices import Notice
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import open_connector
from comptoir.merchant.models import Merchant
from comptoir.storage.secrets import SecretsUnreadable, unseal

NAME = "Comptoir"
NO_SENDER = "no_sender"
"""No mailbox was chosen from which alerts leave."""


def send(delivery: Delivery, alert_ids: Sequence[int], *, now: datetime) -> Answer:
    """Send a message about those alerts, and say what came back. None of them: a test."""
    with _reader(delivery, now=now) as times:
        if delivery.transport == Delivery.Transport.WEBHOOK:
            return _to_program(delivery, alert_ids, times)
        notice = _notice(alert_ids, times)
        if delivery.transport == Delivery.Transport.CHAT:
            return _to_room(delivery, notice)
        return _by_mail(delivery, alert_ids, notice)


def secrets_of(endpoint: Endpoint, *, now: datetime) -> list[str]:
    """Give the secrets a webhook is signed with: for a day after a change the one before, too."""
    kept: dict[str, Any] = unseal(bytes(endpoint.sealed_secret), settings.MASTER_KEYS)
    secrets = [str(kept["secret"])]
    if kept.get("before") and now < datetime.fromisoformat(kept["before_until"]):
        secrets.append(str(kept["before"]))
    return secrets


@contextmanager
def _reader(delivery: Delivery, *, now: datetime) -> Iterator[Moments]:
    """Speak a recipient's language for the length of a block, and tell the time in their zone."""
    merchant = Merchant.objects.first()
    who = delivery.person or merchant
    language = who.language if who else "en"
    with translation.override(language):
        yield moments_for(who.time_zone if who else "UTC", language, now)


def _to_program(delivery: Delivery, alert_ids: Sequence[int], times: Moments) -> Answer:
    endpoint = _endpoint(delivery)
    try:
        secrets = secrets_of(endpoint, now=times.now)
    except (SecretsUnreadable, KeyError):
        return Answer(Verdict.AGAIN, "secrets_unreadable")
    subjects = subjects_of(alert_ids[:ALERTS_MAX])
    event = event_of(subjects, len(alert_ids), times) if subjects else test_event(now=times.now)
    _let_go()
    return webhook.send(
        endpoint.url,
        secrets,
        str(delivery.pk),
        event,
        now=times.now,
        private_hosts=settings.PRIVATE_HOSTS,
    )


def _to_room(delivery: Delivery, notice: Notice) -> Answer:
    endpoint = _endpoint(delivery)
    _let_go()
    return chat.send(endpoint.kind, endpoint.url, notice, private_hosts=settings.PRIVATE_HOSTS)


def _by_mail(delivery: Delivery, alert_ids: Sequence[int], notice: Notice) -> Answer:
    sender = mail_sender.chosen()
    if sender is None:
        return Answer(Verdict.REFUSED, NO_SENDER)
    tickets = {one.alert.ticket_id for one in subjects_of(alert_ids[:2])}
    outgoing = email.letter(
        str(delivery.pk),
        notice,
        sender=sender.address,
        sender_name=NAME,
        recipient=_address(delivery),
        recipient_name=delivery.person.name if delivery.person else "",
        ticket_id=tickets.pop() if len(alert_ids) == 1 else None,
    )
    try:
        with closing(open_connector(sender.connection)) as connector:
            _let_go()
            return email.send(connector, outgoing)
    except ChannelError as error:
        return Answer(Verdict.AGAIN, error.code)


def _let_go() -> None:
    """Give the database connection back: nobody should wait for it while a server hangs."""
    if not connection.in_atomic_block:
        close_old_connections()


def _notice(alert_ids: Sequence[int], times: Moments) -> Notice:
    subjects = subjects_of(alert_ids[:ALERTS_MAX])
    return notice_of(subjects, len(alert_ids), times) if subjects else trial_notice()


def _address(delivery: Delivery) -> str:
    if delivery.person is not None:
        return delivery.person.email
    return delivery.address or _endpoint(delivery).url


def _endpoint(delivery: Delivery) -> Endpoint:
    if delivery.endpoint is None:
        raise ValueError(f"delivery {delivery.pk} has no endpoint")
    return delivery.endpoint
