"""Asking a vendor's API: what is repeated, what is not, and what is known afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.channels.loopback import Answer, Asked, Vendor, vendor

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http, checked_base_url, receipt_of, retry_after
from comptoir.channels.kernel.limits import LocalLimiter, Rate
from comptoir.channels.kernel.oauth import TokenAuth, ask_for_token
from comptoir.channels.kernel.protocol import ChannelError, Outcome

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[Vendor]:
    with vendor(lambda asked: Answer(body={"path": asked.path})) as running:
        yield running


def http(shop: Vendor, **more: object) -> Http:
    return Http(shop.url, Around(), sleep=lambda _: None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "trouble",
    [Answer(500), Answer(503), Answer(429, headers={"retry-after": "0.01"}),
     Answer(breaks="before"), Answer(body={"half": 1}, breaks="after")],
)  # fmt: skip
def test_read_is_repeated_until_it_works(shop: Vendor, trouble: Answer) -> None:
    shop.fails_with(trouble)

    assert http(shop).read("orders", "/orders").json() == {"path": "/orders"}
    assert len(shop.asked) == 2


def test_write_is_tried_once_and_may_have_arrived(shop: Vendor) -> None:
    shop.fails_with(Answer(breaks="before"))

    with pytest.raises(ApiError) as caught:
        http(shop).write("send", "/messages", json={"text": "Hello"})

    assert len(shop.asked) == 1
    assert caught.value.may_have_arrived
    assert receipt_of(caught.value).outcome is Outcome.UNCERTAIN


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Outcome.REFUSED), (401, Outcome.REFUSED), (422, Outcome.REFUSED),
     (429, Outcome.DEFERRED), (503, Outcome.DEFERRED), (500, Outcome.UNCERTAIN)],
)  # fmt: skip
def test_receipt_follows_what_is_known(shop: Vendor, status: int, outcome: Outcome) -> None:
    shop.fails_with(Answer(status, body="no"))

    with pytest.raises(ApiError) as caught:
        http(shop).write("send", "/messages")

    assert receipt_of(caught.value).outcome is outcome


@pytest.mark.parametrize("body", [b"", b'{"id": "m', b"<html>"])
def test_unreadable_answer_to_a_write_is_no_reason_to_send_it_again(
    shop: Vendor, body: bytes
) -> None:
    shop.fails_with(Answer(201, body=body))

    with pytest.raises(ApiError) as caught:
        http(shop).write("send", "/messages").json()

    assert receipt_of(caught.value).outcome is Outcome.UNCERTAIN


def test_nobody_there_is_safe_to_send_again() -> None:
    closed = Http("http://127.0.0.1:9", Around(), sleep=lambda _: None)

    with pytest.raises(ApiError) as caught:
        closed.write("send", "/messages")

    assert receipt_of(caught.value).outcome is Outcome.DEFERRED


def test_token_is_renewed_once_after_a_refusal() -> None:
    made = iter(["old", "new", "newer"])

    def handle(asked: Asked) -> Answer:
        if asked.path == "/token":
            return Answer(body={"access_token": next(made), "expires_in": 3600})
        return Answer(200 if asked.headers["authorization"] == "Bearer new" else 401)

    with vendor(handle) as running:
        around = Around()
        auth = TokenAuth(around, lambda: ask_for_token(f"{running.url}/token", {}, around))
        asked = Http(running.url, around, auth=auth, sleep=lambda _: None)

        assert asked.write("send", "/messages").status == 200
        assert [one.path for one in running.asked] == ["/token", "/messages", "/token", "/messages"]


@pytest.mark.parametrize("trouble", [Answer(500), Answer(body=b"")])
def test_trouble_at_the_token_address_leaves_a_write_safe_to_repeat(trouble: Answer) -> None:
    with vendor(lambda _: trouble) as running:
        around = Around(patience_seconds=0.1)
        auth = TokenAuth(around, lambda: ask_for_token(f"{running.url}/token", {}, around))

        with pytest.raises(ChannelError) as caught:
            Http(running.url, around, auth=auth).write("send", "/messages")

        assert {one.path for one in running.asked} == {"/token"}
    assert receipt_of(caught.value).outcome is Outcome.DEFERRED


@pytest.mark.parametrize("trouble", [Answer(500), Answer(body=b""), Answer(breaks="before")])
def test_trouble_while_renewing_leaves_a_refused_write_safe_to_repeat(trouble: Answer) -> None:
    """Some vendors refuse a token with a status of their own: then the connector itself renews."""
    with vendor(lambda asked: trouble if asked.path == "/token" else Answer(401)) as running:
        token = Answer(body={"access_token": "old", "expires_in": 3600})
        running.fails_with(token)
        around = Around(patience_seconds=0.1)
        auth = TokenAuth(around, lambda: ask_for_token(f"{running.url}/token", {}, around))

        with pytest.raises(ChannelError) as by_kernel:
            Http(running.url, around, auth=auth).write("send", "/messages")
        with pytest.raises(ChannelError) as by_connector:
            auth.renew()

        assert [one.path for one in running.asked][:2] == ["/token", "/messages"]
    assert receipt_of(by_kernel.value).outcome is Outcome.DEFERRED
    assert receipt_of(by_connector.value).outcome is Outcome.DEFERRED


def test_revoked_consent_is_told_from_a_busy_vendor() -> None:
    with vendor(lambda _: Answer(400, body={"error": "invalid_grant"})) as running:
        with pytest.raises(ChannelError) as caught:
            ask_for_token(f"{running.url}/token", {}, Around())
        assert (caught.value.code, caught.value.permanent) == ("consent_revoked", True)

        running.fails_with(*[Answer(503)] * 9)
        with pytest.raises(ChannelError) as caught:
            ask_for_token(f"{running.url}/token", {}, Around(patience_seconds=0.1))
        assert (caught.value.code, caught.value.permanent) == ("server_error", False)


def test_rate_is_kept_and_a_long_wait_is_not_waited_for(shop: Vendor) -> None:
    asked = http(shop, rates={"*": Rate(1, 3600, burst=2)})

    asked.read("orders", "/1")
    asked.read("orders", "/2")
    with pytest.raises(ApiError) as caught:
        asked.read("orders", "/3")

    assert caught.value.code == "throttled"
    assert len(shop.asked) == 2


def test_credentials_never_leave_for_another_host(shop: Vendor) -> None:
    with pytest.raises(ApiError):
        http(shop).read("next", "https://elsewhere.example/orders?page=2")
    assert http(shop).read("next", f"{shop.url}/orders").json() == {"path": "/orders"}


def test_limiter_fills_evenly_and_keeps_a_pause() -> None:
    at = 0.0
    limiter = LocalLimiter(lambda: at)
    rate = Rate.parse("1/10s burst 2")

    assert [limiter.take("x", rate) for _ in range(3)] == [0.0, 0.0, 10.0]
    at = 10.0
    assert limiter.take("x", rate) == 0.0
    limiter.pause("x", 30.0)
    assert limiter.take("x", rate) == 30.0
    assert limiter.take("y", rate) == 0.0


def test_retry_after_in_seconds_and_as_a_date() -> None:
    assert retry_after({"retry-after": "7"}, now=NOW) == 7.0
    assert retry_after({"retry-after": "Fri, 06 Mar 2026 09:00:30 GMT"}, now=NOW) == 30.0
    assert retry_after({"retry-after": "soon"}, now=NOW) is None


@pytest.mark.parametrize("url", ["http://shop.example", "ftp://x", "https://u:p@shop.example", ""])
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(ChannelError):
        checked_base_url(url)
