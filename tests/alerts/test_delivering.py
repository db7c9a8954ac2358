"""Messages leave once their time has come, and only while there is something to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from standardwebhooks import Webhook
from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, SECOND, Desk, run
from tests.alerts.receiver import Receiver, running_receiver
from tests.mailservers.certificates import make_certificates
from tests.mailservers.smtpsink import SmtpSink, running_smtp_sink

from comptoir.alerts import delivering, mail_sender, planning
from comptoir.alerts.actions import acknowledge, endpoints
from comptoir.alerts.actions import mail_sender as choosing
from comptoir.alerts.actions.record import News
from comptoir.alerts.actions.record import record as record_news
from comptoir.alerts.escalating import Times
from comptoir.alerts.models import Alert, Delivery, Endpoint, Preference
from comptoir.merchant.models import Merchant, Person
from comptoir.storage.models import Change
from comptoir.tickets.actions import delivery as outbox
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox

EVENING = FRIDAY + 12 * HOUR
"""Half of Amazon's limit has passed."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with running_receiver() as made:
        settings.PRIVATE_HOSTS = frozenset({made.host})
        yield made


@pytest.fixture(scope="module")
def module_sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpSink]:
    with running_smtp_sink(make_certificates(tmp_path_factory.mktemp("certificates"))) as sink:
        yield sink


@pytest.fixture
def sink(desk: Desk, module_sink: SmtpSink) -> SmtpSink:
    """Give a real SMTP server, chosen as the way alerts leave."""
    module_sink.clear()
    desk.mailbox.settings = {
        "imap_host": "imap.maison-perrin.example",
        "user": "info",
        "senders": ["info@maison-perrin.example"],
        "smtp_host": module_sink.host,
        "smtp_port": module_sink.port,
        "smtp_security": "none",
        "smtp_auth": "none",
    }
    desk.mailbox.save()
    choosing.choose(
        connection_id=desk.mailbox.pk,
        address="info@maison-perrin.example",
        by=desk.camille,
        now=FRIDAY,
    )
    return module_sink


def _endpoint(desk: Desk, receiver: Receiver, kind: str = "webhook") -> tuple[Endpoint, str]:
    return endpoints.add(
        kind=kind, name=f"Our {kind}", url=receiver.url, by=desk.camille, now=FRIDAY
    )


def _tell(desk: Desk, to: str, *, number: int = 1, now: datetime = EVENING) -> Alert:
    """Record an alert of a refused reply, for one recipient, and plan it."""
    ticket = desk.writes(thread=f"t{number}")
    message = Message.objects.create(
        ticket=ticket,
        channel=ticket.channel,
        external_id=f"reply-{number}",
        author="agent",
        kind="agent_reply",
        state="refused",
        occurred_at=now,
        stored_at=now,
    )
    news = News(
        Alert.Kind.REPLY_REFUSED,
        f"reply_refused:{number}",
        (to,),
        now,
        is_push=True,
        ticket_id=ticket.pk,
        channel_id=ticket.channel_id,
        data={"message": message.pk, "code": "sender_not_authorised"},
    )
    record_news([news], waits=Times(), now=now)
    planning.plan(now=now)
    return Alert.objects.get(key=f"reply_refused:{number}")


def _mend(alert: Alert) -> None:
    Message.objects.filter(pk=alert.data["message"]).update(state="accepted")


def _post(now: datetime) -> int:
    return delivering.post_due(clock=lambda: now)


def _states() -> list[str]:
    return list(Delivery.objects.order_by("created_at", "id").values_list("state", flat=True))


def _rings() -> list[dict[str, Any]]:
    return list(Change.objects.filter(kind="alert").order_by("id").values_list("data", flat=True))


def _read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


# In the desk


def test_an_alert_rings_once_with_its_recipient_and_nobody_else(desk: Desk) -> None:
    _tell(desk, "admins")

    assert delivering.ring_due(now=EVENING) == 1
    assert delivering.ring_due(now=EVENING) == 0

    delivery = Delivery.objects.get(transport="app")
    assert _rings() == [{"to": desk.camille.pk, "what": "push", "delivery": str(delivery.pk)}]
    assert delivery.state == "sent"


def test_an_alert_whose_cause_is_gone_does_not_ring(desk: Desk) -> None:
    _mend(_tell(desk, "admins"))

    delivering.ring_due(now=EVENING)

    assert _rings() == []
    assert Delivery.objects.get(transport="app").state == "dropped"


def test_clocks_ring_for_the_team_until_somebody_answers(desk: Desk) -> None:
    ticket = desk.writes()
    run(EVENING)
    assert delivering.ring_due(now=EVENING) > 0
    run(FRIDAY + 18 * HOUR)
    reply.send(ticket.pk, "Morgen.", by=desk.ines, now=FRIDAY + 18 * HOUR, key="k")
    rung = len(_rings())
    accepted_at = FRIDAY + 18 * HOUR
    outbox.accepted(Outbox.objects.get().pk, at=accepted_at, now=accepted_at, reply="")

    delivering.ring_due(now=FRIDAY + 18 * HOUR + SECOND)

    assert len(_rings()) == rung


# To programs


def test_a_webhook_arrives_signed_under_the_deliverys_id(desk: Desk, receiver: Receiver) -> None:
    endpoint, secret = _endpoint(desk, receiver)
    alert = _tell(desk, f"endpoint:{endpoint.pk}")

    assert _post(EVENING) == 1

    (got,) = receiver.received
    (delivery,) = Delivery.objects.all()
    assert got.headers["webhook-id"] == str(delivery.pk)
    assert got.headers["webhook-timestamp"] == str(int(EVENING.timestamp()))
    signed = Webhook(secret).sign(str(delivery.pk), EVENING, got.body.decode())
    assert got.headers["webhook-signature"] == signed
    body = json.loads(got.body)
    (told,) = body["data"]["alerts"]
    assert (body["type"], body["data"]["count"]) == ("alert.recorded", 1)
    assert (told["id"], told["ticket"], told["channel"]) == (alert.pk, alert.ticket_id, "Amazon.de")
    assert told["text"].startswith("Amazon.de refused your reply: sender not authorised.")
    assert told["limit_at"] == (FRIDAY + 24 * HOUR).isoformat()
    assert (delivery.state, delivery.last_code) == ("sent", "http_204")


def test_nothing_of_the_buyer_leaves_the_desk(desk: Desk, receiver: Receiver) -> None:
    for number, kind in enumerate(("webhook", "slack", "mattermost", "teams")):
        endpoint, _ = _endpoint(desk, receiver, kind)
        _tell(desk, f"endpoint:{endpoint.pk}", number=number)

    while _post(EVENING):
        pass

    assert len(receiver.received) == 4
    for got in receiver.received:
        for word in (b"Heike", b"Sommer", b"parcel", b"302-1234567"):
            assert word not in got.body


def test_a_failing_endpoint_is_tried_again_under_the_same_id(
    desk: Desk, receiver: Receiver
) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    _tell(desk, f"endpoint:{endpoint.pk}")
    receiver.answer(503)
    receiver.answer(500)

    moments = [EVENING + offset * SECOND for offset in (0, 5, 11, 20, 45, 60)]
    tried = [_post(now) for now in moments]

    assert tried == [1, 0, 1, 0, 1, 0]
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1
    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.attempt_count) == ("sent", 3)


def test_an_endpoint_that_fails_is_marked_until_it_answers(desk: Desk, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    _tell(desk, f"endpoint:{endpoint.pk}")
    receiver.answer(503)

    _post(EVENING)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.last_error) == (EVENING, "http_503")

    _post(EVENING + MINUTE)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.last_error) == (None, "")
    assert endpoint.last_ok_at == EVENING + MINUTE


def test_an_endpoint_that_is_dead_holds_up_no_other_and_is_not_hammered(
    desk: Desk, receiver: Receiver
) -> None:
    good, _ = _endpoint(desk, receiver)
    dead, _ = _endpoint(desk, receiver, "slack")
    Endpoint.objects.filter(pk=dead.pk).update(url="https://nobody.invalid/x")
    for number in range(4):
        _tell(desk, f"endpoint:{dead.pk}", number=number)
    _tell(desk, f"endpoint:{good.pk}", number=9)

    tried = _post(EVENING)

    assert tried == 2
    assert [got.path for got in receiver.received] == ["/hooks/a-long-secret-token"]
    dead.refresh_from_db()
    assert dead.last_error == "host_unknown"
    assert Delivery.objects.filter(endpoint=dead, attempt_count=1).count() == 1


def test_what_was_refused_for_good_is_not_tried_again(desk: Desk, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    _tell(desk, f"endpoint:{endpoint.pk}")
    receiver.answer(404, b"no such hook")

    _post(EVENING)
    _post(EVENING + HOUR)

    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.reason) == ("failed", "refused")
    assert (delivery.last_code, delivery.last_detail) == ("http_404", "no such hook")
    assert len(receiver.received) == 1


def test_after_a_day_it_is_given_up(desk: Desk, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    _tell(desk, f"endpoint:{endpoint.pk}")
    now, tries = EVENING, 0
    while now < EVENING + 26 * HOUR:
        receiver.answers = [(503, {}, b"")]
        tries += _post(now)
        now += 10 * MINUTE

    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.reason) == ("failed", "gave_up")
    assert 20 < tries < 60
    assert delivery.settled_at is not None
    assert delivery.settled_at <= EVENING + 24 * HOUR


def test_it_is_asked_once_more_right_before_sending_whether_the_cause_is_there(
    desk: Desk, receiver: Receiver
) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    alert = _tell(desk, f"endpoint:{endpoint.pk}")
    receiver.answer(503)
    _post(EVENING)
    _mend(alert)

    _post(EVENING + HOUR)

    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.reason) == ("dropped", "over")
    assert len(receiver.received) == 1


def test_a_worker_that_dies_while_sending_leaves_the_message_to_the_next(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    _tell(desk, f"endpoint:{endpoint.pk}")

    class Killed(BaseException):
        """As if the process had ended."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("comptoir.alerts.waiting.settle", die)
        with pytest.raises(Killed):
            _post(EVENING)

    assert _post(EVENING + MINUTE) == 0
    assert _post(EVENING + 11 * MINUTE) == 1
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert _states() == ["sent"]


def test_a_summary_is_one_message_with_its_count(desk: Desk, receiver: Receiver) -> None:
    endpoint, _ = _endpoint(desk, receiver)
    for number in range(8):
        _tell(desk, f"endpoint:{endpoint.pk}", number=number)

    while _post(EVENING):
        pass

    (got,) = receiver.received
    data = json.loads(got.body)["data"]
    assert (data["count"], len(data["alerts"])) == (8, 8)


# By mail


def test_mail_says_what_happened_what_it_does_to_the_deadline_and_what_to_do(
    desk: Desk, sink: SmtpSink
) -> None:
    Preference.objects.create(person=desk.camille, email="push")
    alert = _tell(desk, "admins")

    assert delivering.mail_due(clock=lambda: EVENING) == 1

    (sent,) = sink.mails
    mail = _read(sent.raw)
    assert sent.recipients == ("camille@maison-perrin.example",)
    assert mail["From"] == "Comptoir <info@maison-perrin.example>"
    assert mail["Subject"] == (
        f"Ticket {alert.ticket_id}: Amazon.de refused your reply: sender not authorised."
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Comptoir-Desk"] == "comptoir"
    assert mail["References"] == f"<comptoir.ticket.{alert.ticket_id}@maison-perrin.example>"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content().replace("\r\n", "\n")
    assert "Limit unchanged: Sat 17:40. Mend it and send it again." in text
    assert f"/tickets/{alert.ticket_id}\n" in text
    assert "Heike" not in text


def test_mail_speaks_its_readers_language_and_zone(desk: Desk, sink: SmtpSink) -> None:
    Person.objects.filter(pk=desk.camille.pk).update(language="de", time_zone="America/New_York")
    _tell(desk, "admins")

    delivering.mail_due(clock=lambda: EVENING)

    (sent,) = sink.mails
    assert "Sa 11:40" in _read(sent.raw).get_content()


def test_mail_that_may_have_left_goes_again_as_the_same_mail(desk: Desk, sink: SmtpSink) -> None:
    _tell(desk, "admins")
    sink.script.hang_up_after_data = True
    delivering.mail_due(clock=lambda: EVENING)
    sink.script.hang_up_after_data = False

    delivering.mail_due(clock=lambda: EVENING + MINUTE)

    first, second = (_read(mail.raw)["Message-ID"] for mail in sink.mails)
    assert first == second
    assert Delivery.objects.get(transport="email").state == "sent"


def test_without_a_sender_people_read_on_the_desk_alone(desk: Desk) -> None:
    _tell(desk, "admins")

    delivering.mail_due(clock=lambda: EVENING)

    mail = Delivery.objects.get(transport="email")
    assert (mail.state, mail.reason) == ("dropped", "no_sender")


def test_without_a_sender_mail_to_an_address_fails_and_says_so(desk: Desk) -> None:
    _tell(desk, "email:duty@maison-perrin.example")

    delivering.mail_due(clock=lambda: EVENING)

    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.last_code) == ("failed", "no_sender")


def test_a_mailbox_that_does_not_send_is_noted_until_it_does(desk: Desk, sink: SmtpSink) -> None:
    _tell(desk, "email:duty@maison-perrin.example")
    sink.script.sender = "451 4.3.0 Try later"
    delivering.mail_due(clock=lambda: EVENING)
    sender = mail_sender.chosen()
    assert sender is not None
    assert sender.failing_since == EVENING

    sink.script.sender = ""
    delivering.mail_due(clock=lambda: EVENING + MINUTE)
    sender = mail_sender.chosen()
    assert sender is not None
    assert sender.failing_since is None
    assert _states() == ["sent"]


def test_somebody_who_left_gets_no_mail(desk: Desk, sink: SmtpSink) -> None:
    _tell(desk, "admins")
    Person.objects.filter(pk=desk.camille.pk).update(is_active=False)

    delivering.mail_due(clock=lambda: EVENING)

    assert sink.mails == []
    assert Delivery.objects.get(transport="email").reason == "person_gone"


def test_what_somebody_took_note_of_is_not_mailed_any_more(desk: Desk, sink: SmtpSink) -> None:
    alert = _tell(desk, "admins")
    acknowledge.acknowledge([alert.pk], by=desk.camille, now=EVENING)

    delivering.mail_due(clock=lambda: EVENING)

    assert sink.mails == []
    assert Delivery.objects.get(transport="email").reason == "acknowledged"


def test_the_merchants_language_goes_to_rooms(desk: Desk, receiver: Receiver) -> None:
    Merchant.objects.update(language="fr")
    endpoint, _ = _endpoint(desk, receiver, "slack")
    _tell(desk, f"endpoint:{endpoint.pk}")

    _post(EVENING)

    (got,) = receiver.received
    assert "sam." in json.loads(got.body)["text"] or "sam " in json.loads(got.body)["text"]
