"""Where alerts go: endpoints, tests, the log, the sender of mail, escalation, states of channels."""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from standardwebhooks import Webhook
from tests.alerts.receiver import Receiver
from tests.web.alerts.conftest import Tell
from tests.web.conftest import LogIn
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop

from comptoir.alerts import delivering, escalating, mail_sender
from comptoir.alerts.models import BreachState, Delivery, Endpoint, Preference
from comptoir.sla.models import PolicyVersion
from comptoir.storage.models import AuditEntry
from comptoir.storage.secrets import unseal
from comptoir.web import shell
from comptoir.web.alerts import urls

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{32}")


def _add(client: Any, kind: str, url: str, name: str = "Night watch") -> Any:
    return client.post("/settings/alerts/endpoints/add", {"kind": kind, "name": name, "url": url})


@pytest.fixture
def hook(shop: Shop, log_in: LogIn, receiver: Receiver) -> Endpoint:
    """A signed webhook that an administrator added."""
    _add(log_in(shop.camille), "webhook", receiver.url)
    return Endpoint.objects.get()


def test_only_administrators_come_in(shop: Shop, log_in: LogIn, hook: Endpoint) -> None:
    for path in (
        "/settings/alerts",
        "/settings/alerts/log",
        f"/settings/alerts/endpoints/{hook.pk}",
    ):
        assert log_in(shop.camille).get(path).status_code == 200
        assert log_in(shop.ines).get(path).status_code == 403
    for path in ("add", f"{hook.pk}/secret", f"{hook.pk}/test", f"{hook.pk}/remove"):
        assert log_in(shop.ines).post(f"/settings/alerts/endpoints/{path}").status_code == 403


@pytest.mark.parametrize("pattern", urls.settings, ids=lambda pattern: str(pattern.name))
def test_no_address_of_the_settings_opens_for_agents(
    shop: Shop, log_in: LogIn, hook: Endpoint, pattern: Any
) -> None:
    named = {"endpoint_id": hook.pk, "delivery_id": uuid.uuid4()}
    wanted = set(pattern.pattern.converters)
    path = reverse(pattern.name, kwargs={name: named[name] for name in wanted})
    client = log_in(shop.ines)

    statuses = {client.get(path).status_code, client.post(path).status_code}

    assert statuses <= {403, 405}
    assert 403 in statuses


def test_a_webhooks_secret_is_shown_once_and_stored_sealed(
    shop: Shop, log_in: LogIn, receiver: Receiver, settings: Any
) -> None:
    client = log_in(shop.camille)

    page = _add(client, "webhook", receiver.url)

    (secret,) = set(SECRET.findall(page.content.decode()))
    endpoint = Endpoint.objects.get()
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 24
    assert secret.encode() not in bytes(endpoint.sealed_secret)
    assert unseal(bytes(endpoint.sealed_secret), settings.MASTER_KEYS)["secret"] == secret
    assert "no-store" in page["Cache-Control"]
    for path in ("/settings/alerts", f"/settings/alerts/endpoints/{endpoint.pk}"):
        assert not SECRET.search(client.get(path).content.decode())


def test_the_address_of_a_room_is_not_shown_again(shop: Shop, log_in: LogIn) -> None:
    client = log_in(shop.camille)
    _add(client, "slack", "https://hooks.slack.com/services/T0/B0/verysecret")
    endpoint = Endpoint.objects.get()

    for path in (
        "/settings/alerts",
        f"/settings/alerts/endpoints/{endpoint.pk}",
        "/settings/audit",
    ):
        page = client.get(path).content.decode()
        assert "verysecret" not in page
    assert "https://hooks.slack.com/…" in client.get("/settings/alerts").content.decode()


@pytest.mark.parametrize(
    ("kind", "url", "said"),
    [
        ("slack", "hooks.slack.com/x", "Enter the whole address, beginning with https://."),
        ("webhook", "https://127.0.0.1/x", "private network"),
        ("webhook", "https://10.0.0.1/x", "private network"),
        ("webhook", "http://chat.example/x", "must begin with https://"),
        ("email", "not an address", "Enter one whole e-mail address."),
        ("webhook", "", "This field is required."),
    ],
)
def test_addresses_that_cannot_be_are_refused_beside_the_field(
    shop: Shop, log_in: LogIn, kind: str, url: str, said: str
) -> None:
    page = _add(log_in(shop.camille), kind, url)

    assert page.status_code == 422
    assert any(said in error for error in all_words(page, ".field__error"))
    assert not Endpoint.objects.exists()


def test_the_test_button_shows_what_came_back(
    shop: Shop, log_in: LogIn, hook: Endpoint, receiver: Receiver, settings: Any
) -> None:
    client = log_in(shop.camille)
    secret = unseal(bytes(hook.sealed_secret), settings.MASTER_KEYS)["secret"]
    path = f"/settings/alerts/endpoints/{hook.pk}/test"

    good = client.post(path, HTTP_HX_REQUEST="true")
    receiver.answer(404, b"unknown hook")
    bad = client.post(path, HTTP_HX_REQUEST="true")

    assert "The test arrived." in words(tree(good).css_first(".notice--good"))
    hook.refresh_from_db()
    assert hook.last_ok_at is not None
    assert f"{hook.last_ok_at:%Y}" in words(tree(good).css_first("#endpoint-arrived"))
    refused = words(tree(bad).css_first(".notice--bad"))
    assert "There is nothing at this address (404)." in refused
    assert "unknown hook" in refused
    assert Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers) == (
        json.loads(receiver.received[0].body)
    )
    assert json.loads(receiver.received[0].body)["type"] == "alert.test"
    assert [row.reason for row in Delivery.objects.all()] == ["test", "test"]


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    shop: Shop, log_in: LogIn, hook: Endpoint, receiver: Receiver, settings: Any
) -> None:
    client = log_in(shop.camille)
    old = unseal(bytes(hook.sealed_secret), settings.MASTER_KEYS)["secret"]
    page = client.post(f"/settings/alerts/endpoints/{hook.pk}/secret")
    (new,) = set(SECRET.findall(page.content.decode()))

    client.post(f"/settings/alerts/endpoints/{hook.pk}/test")

    (got,) = receiver.received
    assert old != new
    for secret in (old, new):
        Webhook(secret).verify(got.body, got.headers)


def test_an_address_left_empty_stays(shop: Shop, log_in: LogIn, hook: Endpoint) -> None:
    before = hook.url

    log_in(shop.camille).post(f"/settings/alerts/endpoints/{hook.pk}", {"name": "Pager", "url": ""})

    hook.refresh_from_db()
    assert (hook.name, hook.url) == ("Pager", before)


def test_what_waits_for_an_endpoint_that_is_switched_off_is_dropped(
    shop: Shop, log_in: LogIn, hook: Endpoint, tell: Tell, present: datetime, receiver: Receiver
) -> None:
    waiting = Delivery.objects.create(
        endpoint=hook, transport="webhook", next_try_at=present, created_at=present
    )
    waiting.alerts.add(tell())

    log_in(shop.camille).post(f"/settings/alerts/endpoints/{hook.pk}/switch", {"on": "0"})
    delivering.post_due(clock=lambda: present)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("dropped", "endpoint_off")
    assert receiver.received == []


def test_an_endpoint_that_a_policy_names_is_not_removed(
    shop: Shop, log_in: LogIn, hook: Endpoint
) -> None:
    version = PolicyVersion.objects.filter(policy__channel=shop.amazon_de).get()
    version.spec["warnings"] = [{"of": "limit", "share": 90, "to": [f"endpoint:{hook.pk}"]}]
    version.save()

    page = log_in(shop.camille).post(f"/settings/alerts/endpoints/{hook.pk}/remove", follow=True)

    assert Endpoint.objects.exists()
    assert "Amazon Urgent" in words(tree(page).css_first(".toast"))


def test_the_log_says_what_left_and_what_came_back(
    shop: Shop, log_in: LogIn, hook: Endpoint, tell: Tell, present: datetime, receiver: Receiver
) -> None:
    waiting = Delivery.objects.create(
        endpoint=hook, transport="webhook", next_try_at=present, created_at=present
    )
    waiting.alerts.add(tell())
    receiver.answer(410, b"gone for good")
    delivering.post_due(clock=lambda: present)
    client = log_in(shop.camille)

    (line,) = all_words(client.get("/settings/alerts/log"), "tbody tr")

    assert "Night watch" in line
    assert "First reply: less than 2 h to the limit." in line
    assert "Not arrived" in line
    assert "The webhook was removed there (410)." in line
    assert "gone for good" in line
    assert all_words(client.get("/settings/alerts/log?state=sent"), "tbody tr") == []
    assert len(all_words(client.get(f"/settings/alerts/log?endpoint={hook.pk}"), "tbody tr")) == 1


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("over", "its cause had gone before it left"),
        ("acknowledged", "somebody had taken note before it left"),
        ("folded", "said in a summary to the same recipient"),
        ("endpoint_off", "this way out was switched off before it left"),
        ("no_sender", "no address was chosen to send from"),
        ("person_gone", "this person is deactivated"),
    ],
)
def test_the_log_says_of_what_was_not_sent_that_it_was_not_and_why(
    reason: str, why: str, shop: Shop, log_in: LogIn, hook: Endpoint, tell: Tell, present: datetime
) -> None:
    unsent = Delivery.objects.create(
        endpoint=hook, transport="webhook", state="dropped", reason=reason,
        created_at=present, settled_at=present,
    )  # fmt: skip
    unsent.alerts.add(tell())

    (line,) = all_words(log_in(shop.camille).get("/settings/alerts/log"), "tbody tr")

    assert "Not sent" in line
    assert why in line


def test_what_did_not_arrive_can_be_tried_again(
    shop: Shop, log_in: LogIn, hook: Endpoint, tell: Tell, present: datetime, receiver: Receiver
) -> None:
    waiting = Delivery.objects.create(
        endpoint=hook, transport="webhook", next_try_at=present, created_at=present
    )
    waiting.alerts.add(tell())
    receiver.answer(410)
    delivering.post_due(clock=lambda: present)

    log_in(shop.camille).post(f"/settings/alerts/log/{waiting.pk}/retry")
    delivering.post_due(clock=lambda: present + timedelta(minutes=1))

    waiting.refresh_from_db()
    assert waiting.state == "sent"
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1


def test_what_is_dead_stands_above_every_page_of_administrators(
    shop: Shop, log_in: LogIn, hook: Endpoint, present: datetime
) -> None:
    Endpoint.objects.update(failing_since=present - timedelta(hours=1), last_error="http_500")
    shell.forget()

    seen = all_words(log_in(shop.camille).get("/"), ".trouble")

    assert any("No alert has arrived at Night watch since" in line for line in seen)
    shell.forget()
    assert not any(
        "Night watch" in line for line in all_words(log_in(shop.ines).get("/"), ".trouble")
    )


def test_mail_leaves_only_from_an_address_the_desk_may_use(shop: Shop, log_in: LogIn) -> None:
    client = log_in(shop.camille)
    shop.mailbox.settings = {"smtp_host": "smtp.example", "senders": ["desk@maisonperrin.example"]}
    shop.mailbox.save()

    bad = client.post("/settings/alerts/sender", {"sender": f"{shop.mailbox.pk} ceo@other.example"})
    assert bad.status_code == 422
    assert mail_sender.chosen() is None

    good = f"{shop.mailbox.pk} desk@maisonperrin.example"
    client.post("/settings/alerts/sender", {"sender": good})
    sender = mail_sender.chosen()
    assert sender is not None
    assert sender.address == "desk@maisonperrin.example"

    client.post("/settings/alerts/sender", {"sender": ""})
    assert mail_sender.chosen() is None


def test_escalation_times_are_kept_within_reason(shop: Shop, log_in: LogIn) -> None:
    client = log_in(shop.camille)

    client.post("/settings/alerts/escalation", {"supervisor_minutes": "5", "admins_minutes": "60"})
    held = escalating.times()
    assert (held.supervisor_after, held.admins_after) == (timedelta(minutes=5), timedelta(hours=1))

    bad = client.post(
        "/settings/alerts/escalation", {"supervisor_minutes": "0", "admins_minutes": "x"}
    )
    assert bad.status_code == 422
    assert escalating.times() == held


def test_people_choose_how_they_hear_of_alerts(shop: Shop, log_in: LogIn) -> None:
    client = log_in(shop.ines)
    before = tree(client.get("/account/notifications"))
    assert before.css_first('input[name="email"][value="off"]').attributes.keys() >= {"checked"}

    client.post("/account/notifications", {"email": "all", "sound": "on"})

    held = Preference.objects.get(person=shop.ines)
    assert (held.email, held.browser, held.sound) == ("all", False, True)
    shell.forget()
    assert tree(client.get("/")).css_first("body").attributes["data-alerts"] == "sound"


def test_leaders_get_urgent_ones_by_mail_until_they_say_otherwise(
    shop: Shop, log_in: LogIn
) -> None:
    page = tree(log_in(shop.camille).get("/account/notifications"))

    assert page.css_first('input[name="email"][value="push"]').attributes.keys() >= {"checked"}


def test_channels_are_shown_with_why_they_stand_so(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    windows = [
        {"days": days, "total": 40, "late": late, "unanswered": 1}
        for days, late in ((7, 2), (30, 6), (90, 6))
    ]
    BreachState.objects.create(
        channel=shop.amazon_de,
        state="critical",
        since=present,
        computed_at=present,
        data={"allowed": 0.1, "windows": windows},
    )

    (row,) = all_words(log_in(shop.camille).get("/settings/alerts/breaches"), "tbody tr")

    assert "Amazon.de – Maison Perrin" in row
    assert "critical" in row
    assert "6 of 40 messages of 90 days were past the limit; 10 % are allowed." in row
    assert log_in(shop.ines).get("/settings/alerts/breaches").status_code == 403


def test_what_administrators_did_stands_in_the_trail(
    shop: Shop, log_in: LogIn, hook: Endpoint
) -> None:
    client = log_in(shop.camille)
    client.post(f"/settings/alerts/endpoints/{hook.pk}/secret")
    client.post(f"/settings/alerts/endpoints/{hook.pk}/switch", {"on": "0"})
    client.post(f"/settings/alerts/endpoints/{hook.pk}/remove")

    done = AuditEntry.objects.filter(subject_kind="endpoint").order_by("id")

    assert list(done.values_list("action", flat=True)) == [
        "endpoint.add",
        "endpoint.rotate",
        "endpoint.switch_off",
        "endpoint.remove",
    ]
    said = " ".join(all_words(client.get("/settings/audit"), "tbody tr"))
    assert "Gave the endpoint for alerts Night watch a new secret." in said
