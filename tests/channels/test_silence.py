"""Vendors that keep silent, waited for on real sockets: a read comes again, a write does not.

Every channel with an API is taken through it, with the stand-ins of the connectors' own tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from tests.channels import loopback
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.channels.stand_ins import STAND_INS, StandIn

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, Http
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Outgoing, Receipt
from comptoir.channels.kernel.told import MessageTold

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
WAITED_SECONDS, UNHURRIED_SECONDS = 0.4, 30.0
AT = {"silent": 0.0, "headers": 0.5, "body": 1.0}
"""How far into a pull each way of keeping silent is tried."""
WRITES: Mapping[str, str] = {
    "ebay": "/send_message",
    "mirakl": "/message",
    "mirakl_connect": "/messages",
    "octopia": "/messages",
    "fnac": "/messages_update",
    "rakuten_fr": "contactuseraboutitem",
    "tiktok_shop": "/messages",
    "meta": "/messages",
}
"""Where replies go, of the channels that take them."""
BY_KIND = {one.kind: one for one in STAND_INS}
READS = [(kind, way) for kind in BY_KIND for way in ("silent", "body")]
READS += [("ebay", "headers"), ("fnac", "headers")]


class Silenced:
    """A stand-in that keeps silent once, at a request that is chosen by its number or by itself."""

    def __init__(self, one: StandIn, way: str = "silent") -> None:
        self._handle = one.seeded(lambda: NOW)
        self._way = way
        self.count = 0
        self.silent_at = -1
        self.silent_for: Callable[[Asked], bool] | None = None
        self.silent: list[Asked] = []

    def handle(self, asked: Asked) -> Answer:
        self.count += 1
        answer = self._handle(asked)
        is_chosen = self.count - 1 == self.silent_at
        if self.silent_for is not None and not self.silent:
            is_chosen = self.silent_for(asked)
        if is_chosen:
            self.silent.append(asked)
            return Answer(answer.status, answer.content, answer.headers, breaks=self._way)
        return answer


def opened(
    one: StandIn, running: Vendor, seconds: float = UNHURRIED_SECONDS
) -> tuple[Any, Any, dict[str, str]]:
    """Connect a channel to its stand-in. Gives module, account, settings."""
    module = import_module(f"comptoir.channels.{one.kind}.connector")
    card = card_of(one.kind)
    assert card is not None
    typed = one.typed(running.url)
    secret = {field.name for field in card.fields if field.kind == "secret"}
    secrets = {name: value for name, value in typed.items() if name in secret}
    consented = {"ebay": "r1", "tiktok_shop": "refresh-1"}  # the others type theirs in
    if one.kind in consented:
        secrets["refresh_token"] = consented[one.kind]
    rates = {f"rate_{name}": "1000/1s burst 1000" for name in ["*", *card.rates]}
    settings = {name: value for name, value in typed.items() if name not in secret} | rates
    around = Around(now=lambda: NOW, timeout_seconds=seconds, patience_seconds=0.1)
    return module, module.connect(settings, secrets, around), settings


def pulled(account: Any, cursor: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Pull as the desk does: what came before trouble is kept, and so is where it stood."""
    items: dict[str, Any] = {}
    try:
        for page in account.pull(cursor):
            items |= {item.external_id: item for item in page.items}
            cursor = json.loads(json.dumps(dict(page.cursor)))
    except ChannelError as error:
        return items, cursor, error.code
    return items, cursor, ""


def things(items: Iterable[str]) -> set[str]:
    """Name items without their versions: the stand-ins number messages at random."""
    return {re.sub(r"/[0-9a-f]{16,}$", "", one) for one in items}


@cache
def requests_of_a_pull(kind: str) -> tuple[set[str], int]:
    """Pull undisturbed; give what came, and how many requests it took."""
    one = BY_KIND[kind]
    stand_in = Silenced(one)
    with vendor(stand_in.handle) as running:
        _, account, _ = opened(one, running)
        with closing(account):
            items, cursor, code = pulled(account, {})
            assert code == ""
            count = stand_in.count
            later, _, _ = pulled(account, cursor)
    return things(items | later), count


@pytest.mark.parametrize(("kind", "way"), READS)
def test_read_that_is_not_answered_comes_again_and_nothing_is_lost(kind: str, way: str) -> None:
    one = BY_KIND[kind]
    expected, count = requests_of_a_pull(kind)
    stand_in = Silenced(one, way)
    stand_in.silent_at = round(AT[way] * (count - 1))
    with vendor(stand_in.handle) as running:
        _, account, _ = opened(one, running, WAITED_SECONDS)
        with closing(account):
            found: set[str] = set()
            cursor: dict[str, Any] = {}
            codes = []
            for _ in range(3):
                items, cursor, code = pulled(account, cursor)
                found |= things(items)
                codes.append(code)

    assert len(stand_in.silent) == 1
    assert set(codes) <= {"", "unreachable"}
    assert codes[-1] == ""
    assert expected
    assert expected <= found


def outgoing(one: StandIn, module: Any, account: Any, settings: dict[str, str]) -> Outgoing:
    """Write an answer to the buyer's message that the stand-in holds."""
    items, _, _ = pulled(account, {})
    told = [one for item in items.values() for one in module.read(item, settings)]
    (asked,) = (
        each for each in told if isinstance(each, MessageTold) and one.question in each.text
    )
    return Outgoing(
        idempotency_key="k1", message_id="<1@desk>", recipient="", recipient_name="", sender="",
        sender_name="", subject="", text="It comes tomorrow.", thread_id=asked.thread_id,
        stream=asked.stream, order_number=one.order, written_at=NOW,
        answer_until=asked.may_be_answered_until,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["silent", "body"])
@pytest.mark.parametrize("kind", WRITES)
def test_reply_that_is_not_answered_is_uncertain_and_not_sent_again(kind: str, way: str) -> None:
    one = BY_KIND[kind]
    stand_in = Silenced(one, way)
    with vendor(stand_in.handle) as running:
        module, patient, settings = opened(one, running)
        _, account, _ = opened(one, running, WAITED_SECONDS)
        with closing(patient), closing(account):
            reply = outgoing(one, module, patient, settings)
            stand_in.silent_for = lambda asked: is_write(kind, asked)
            before = len(running.asked)
            receipt: Receipt = account.send(reply)

    written = [asked for asked in running.asked[before:] if is_write(kind, asked)]
    assert len(stand_in.silent) == 1
    assert receipt.outcome is Outcome.UNCERTAIN, receipt
    assert len(written) == 1


@pytest.mark.parametrize("kind", ["ebay", "mirakl_connect", "octopia", "fnac", "tiktok_shop"])
def test_reply_for_which_no_token_is_given_has_not_left_and_may_be_tried_again(kind: str) -> None:
    one = BY_KIND[kind]
    stand_in = Silenced(one)
    with vendor(stand_in.handle) as running:
        module, patient, settings = opened(one, running)
        _, account, _ = opened(one, running, WAITED_SECONDS)
        with closing(patient), closing(account):
            reply = outgoing(one, module, patient, settings)
            stand_in.silent_for = lambda asked: asked.path.endswith(("/token", "/auth", "/refresh"))
            before = len(running.asked)
            first: Receipt = account.send(reply)
            written = [asked for asked in running.asked[before:] if is_write(kind, asked)]
            again: Receipt = account.send(reply)

    assert len(stand_in.silent) == 1
    assert (first.outcome, first.code, written) == (Outcome.DEFERRED, "unreachable", [])
    assert again.outcome in (Outcome.ACCEPTED, Outcome.PENDING)


def is_write(kind: str, asked: Asked) -> bool:
    return (asked.method == "POST" or kind == "rakuten_fr") and (
        asked.path.endswith(WRITES[kind]) or asked.query.get("action") == WRITES[kind]
    )


@pytest.fixture
def dripping() -> Iterator[Vendor]:
    with vendor(lambda _: Answer(body={}, breaks="drips")) as running:
        yield running


def test_answer_that_drips_for_ever_is_given_up(dripping: Vendor) -> None:
    http = Http(dripping.url, Around(timeout_seconds=WAITED_SECONDS, patience_seconds=0))
    with closing(http), pytest.raises(ApiError) as given_up:
        http.write("send", "/reply", json={})
    assert (given_up.value.code, given_up.value.may_have_arrived) == ("unreachable", True)
    assert "ReadTimeout" in given_up.value.detail


@pytest.mark.parametrize("way", loopback.STALLS)
def test_client_that_waits_as_long_as_the_vendor_keeps_silent_fails_its_test(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(loopback, "STALL_SECONDS", 0.3)
    with (
        pytest.raises(AssertionError, match="nobody hung up"),
        vendor(lambda _: Answer(body={}, breaks=way)) as running,
        closing(Http(running.url, Around())) as http,
        pytest.raises(ApiError),
    ):
        http.write("send", "/reply", json={})


def test_own_program_that_keeps_silent_leaves_the_reply_uncertain() -> None:
    from comptoir.channels.http_api.connector import connect

    with vendor(lambda _: Answer(breaks="silent")) as running:
        around = Around(now=lambda: NOW, timeout_seconds=WAITED_SECONDS, patience_seconds=0.1)
        secret = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
        account = connect({"webhook_url": running.url}, {"webhook_secret": secret}, around)
        reply = Outgoing("k1", "<1@desk>", "", "", "", "", "", "It comes tomorrow.")
        with closing(account):
            receipt = account.send(reply)
    assert receipt.outcome is Outcome.UNCERTAIN
    assert len(running.asked) == 1
