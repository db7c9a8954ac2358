"""TikTok Shop against a stand-in of ours: chats, orders, returns, figures, tokens and trouble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.loopback import Answer
from tests.channels.tiktok_shop.shop import (
    NOW,
    SECRETS,
    SETTINGS,
    Shop,
    a_return,
    order,
    push,
    push_signature,
    refusal,
    seconds,
    shop,
)

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import (
    Call,
    ChannelError,
    Forged,
    Outcome,
    Outgoing,
    OutgoingFile,
    Pushed,
    RawItem,
)
from comptoir.channels.kernel.told import (
    Author,
    CaseKind,
    CaseState,
    CaseTold,
    FigureTold,
    MessageTold,
    OrderTold,
    Told,
)
from comptoir.channels.tiktok_shop import connector as module
from comptoir.channels.tiktok_shop.connector import TikTokShop, connect, read

REPLY = Outgoing("k1", "k1@x", "", "Cleo", "", "Maison", "", "Elle arrive demain.",
                 thread_id="c1", written_at=NOW)  # fmt: skip


class Kept:
    """What a connector hands back to the desk."""

    def __init__(self, tiktok: Shop) -> None:
        self.secrets: dict[str, str] = {}
        self.ends: dict[str, datetime] = {}
        self.around = Around(
            now=lambda: tiktok.now,
            keep_secret=lambda name, value: self.secrets.update({name: value}),
            note_end=lambda name, at: self.ends.update({name: at}),
            patience_seconds=3.0,
        )


@pytest.fixture
def tiktok() -> Iterator[Shop]:
    with shop() as running:
        yield running


def opened(tiktok: Shop, kept: Kept | None = None, **settings: Any) -> TikTokShop:
    rates = {f"rate_{name}": "1000/1s burst 1000" for name in ("*", "conversations", "messages",
             "send")}  # fmt: skip
    urls = {"base_url": tiktok.vendor.url, "auth_url": tiktok.vendor.url}
    return connect({**SETTINGS, **rates, **urls, **settings}, SECRETS,
                   (kept or Kept(tiktok)).around)  # fmt: skip


def pulled(
    made: TikTokShop, cursor: dict[str, Any] | None = None
) -> tuple[list[RawItem], dict[str, Any]]:
    items: list[RawItem] = []
    standing = dict(cursor or {})
    for page in made.pull(standing):
        items += page.items
        standing = dict(page.cursor)
    return items, standing


def told(items: list[RawItem] | tuple[RawItem, ...]) -> list[Told]:
    return [one for item in items for one in read(item, SETTINGS)]


def messages(items: list[RawItem] | tuple[RawItem, ...]) -> list[MessageTold]:
    return [one for one in told(items) if isinstance(one, MessageTold)]


def test_a_chat_is_told_with_its_buyer_and_the_order_it_spoke_of(tiktok: Shop) -> None:
    ago = [NOW - timedelta(minutes=minutes) for minutes in (9, 8, 7, 6, 5)]
    tiktok.says("Bienvenue !", role="ROBOT", at=ago[0])
    tiktok.says({"order_id": "576461"}, kind="BUYER_ENTER_FROM_ORDER", at=ago[1])
    tiktok.says("Où est ma lampe ?", at=ago[2])
    tiktok.says("Une note ?", role="SYSTEM", is_visible=False, at=ago[3])
    tiktok.says("Je regarde.", role="CUSTOMER_SERVICE", at=ago[4])

    found = messages(pulled(opened(tiktok))[0])

    assert [(m.text, m.author, m.order_number) for m in found] == [
        ("Bienvenue !", Author.PLATFORM, ""),
        ("Où est ma lampe ?", Author.BUYER, "576461"),
        ("Je regarde.", Author.US, "576461"),
    ]
    assert (found[1].buyer.alias, found[1].buyer.name) == ("u1", "Cleo")
    assert {(m.thread_id, m.place.marketplace) for m in found} == {("c1", "tiktok_shop")}
    assert [m.needs_reply for m in found] == [False, None, False]


def test_pictures_come_before_their_message_and_cards_have_a_name(tiktok: Shop) -> None:
    tiktok.files["/obj/1.jpg"] = b"jpeg"
    tiktok.says({"url": f"{tiktok.vendor.url}/obj/1.jpg", "width": "4"}, kind="IMAGE")
    tiktok.says({"url": "http://localhost/secret"}, kind="IMAGE")
    tiktok.says({"product_id": "p1"}, kind="PRODUCT_CARD")

    items, _ = pulled(opened(tiktok))
    picture, elsewhere, card = messages(items)

    stored = {item.external_id: item.content for item in items}
    assert stored[picture.files[0].reference["item"]] == b"jpeg"
    assert elsewhere.files[0].reference["item"] not in stored
    assert (card.text, card.item) == ("[PRODUCT_CARD] p1", "p1")


def test_the_pull_goes_on_where_it_stood_page_by_page(tiktok: Shop) -> None:
    for number in range(23):
        tiktok.says(f"Frage {number}", at=NOW - timedelta(minutes=60 - number))
    for number in range(25):
        tiktok.says("Hallo", chat=f"d{number}", at=NOW - timedelta(minutes=number))
    first, cursor = pulled(opened(tiktok))
    tiktok.now += timedelta(hours=1)
    tiktok.says("Noch eine")
    second, _ = pulled(opened(tiktok), cursor)

    texts = [one.text for one in messages(first) if one.thread_id == "c1"]
    assert texts == [f"Frage {number}" for number in range(23)]
    assert len(messages(first)) == 48
    assert [one.text for one in messages(second) if one.thread_id == "c1"] == ["Noch eine"]


def test_orders_returns_and_cancellations_are_told_when_they_change(tiktok: Shop) -> None:
    tiktok.orders.append(order())
    tiktok.returns.append(a_return())
    tiktok.cancellations.append({
        "cancel_id": "x1", "order_id": "576462", "role": "BUYER",
        "cancel_status": "CANCELLATION_REQUEST_PENDING", "cancel_reason_text": "Trop tard",
        "create_time": seconds(NOW) - 60, "update_time": seconds(NOW) - 60,
    })  # fmt: skip
    items, cursor = pulled(opened(tiktok))
    found = told(items)

    whole, part = [one for one in found if isinstance(one, OrderTold)]
    assert (whole.number, whole.state, whole.total, whole.currency) == (
        "576461", "shipped", Decimal("54.85"), "EUR",
    )  # fmt: skip
    assert whole.lines is not None
    assert [(one.sku, one.quantity, one.title) for one in whole.lines] == [("L-1", 2, "Lampe Bleu")]
    assert [one.tracking_number for one in whole.parcels] == ["JJD01"]
    assert (part.returns[0].state, part.refunds) == ("requested", ())
    back, stop = [one for one in found if isinstance(one, CaseTold)]
    assert (back.kind, back.state, back.text) == (
        CaseKind.RETURN, CaseState.OPENED, "Arrivée cassée",
    )  # fmt: skip
    assert back.due_at == NOW + timedelta(days=2)
    assert (stop.kind, stop.order_number) == (CaseKind.CANCELLATION, "576462")

    tiktok.now += timedelta(hours=2)
    over = {"return_status": "RETURN_OR_REFUND_REQUEST_COMPLETE", "seller_next_action_response": []}
    tiktok.returns[0] = a_return(**over, update_time=seconds(tiktok.now) - 5)
    again = told(pulled(opened(tiktok), cursor)[0])
    cases = [one for one in again if isinstance(one, CaseTold)]
    (ended,) = [one for one in cases if one.kind is CaseKind.RETURN]
    (paid,) = [one for one in again if isinstance(one, OrderTold)]
    assert ended.state is CaseState.CLOSED
    assert (paid.returns[0].state, paid.refunds[0].amount) == ("closed", Decimal("24.95"))


def test_figures_come_twice_a_day_and_only_where_they_are_granted(tiktok: Shop) -> None:
    tiktok.performance = {"response_percentage": "93.5", "response_time_mins": "90",
                          "satisfaction_percentage": "", "support_session_count": 12}  # fmt: skip
    items, cursor = pulled(opened(tiktok))
    found = [one for one in told(items) if isinstance(one, FigureTold)]

    assert [(one.name, one.value, one.unit) for one in found] == [
        ("response_rate_24h", Decimal("0.935"), "share"),
        ("average_response_time", Decimal("1.5"), "hours"),
        ("chat_count", Decimal(12), "count"),
    ]
    assert (found[0].since, found[0].until) == (date(2026, 2, 4), date(2026, 3, 6))
    tiktok.now += timedelta(hours=1)
    asked = len(tiktok.vendor.asked)
    pulled(opened(tiktok), cursor)
    paths = [one.path for one in tiktok.vendor.asked[asked:]]
    assert "/customer_service/202407/performance" not in paths


def test_a_reply_leaves_is_read_and_comes_back_as_known(tiktok: Shop) -> None:
    tiktok.says("Où est ma lampe ?")
    made = opened(tiktok)

    receipt = made.send(REPLY)

    assert (receipt.outcome, receipt.external_id) == (Outcome.ACCEPTED, "c1-2")
    assert tiktok.read_chats == ["c1"]
    assert [m.external_id for m in messages(pulled(made)[0])] == ["c1-1", "c1-2"]
    assert made.find(REPLY) == "c1-2"
    assert made.find(replace(REPLY, text="Autre chose")) is None
    (sent,) = [one for one in tiktok.vendor.asked if one.path.endswith("c1/messages")
               and one.method == "POST"]  # fmt: skip
    assert sent.json["sender_role"] == "CUSTOMER_SERVICE"


def test_pictures_leave_first_and_half_a_reply_is_uncertain(tiktok: Shop) -> None:
    tiktok.says("Où est ma lampe ?")
    made = opened(tiktok)
    file = OutgoingFile("lampe.jpg", "image/jpeg", b"jpeg")

    assert made.send(replace(REPLY, files=(file,))).outcome is Outcome.ACCEPTED
    assert [one["type"] for one in tiktok.chats["c1"]] == ["TEXT", "IMAGE", "TEXT"]
    tiktok.vendor.fails_with(
        Answer(body={"code": 0, "data": {"url": "u"}}), Answer(body={"code": 0, "data": {}}),
        refusal(1, "sensitive word"),
    )  # fmt: skip
    half = made.send(replace(REPLY, files=(file,)))
    assert (half.outcome, half.code) == (Outcome.UNCERTAIN, "partly_sent")


def test_the_older_version_of_the_call_names_no_role(tiktok: Shop) -> None:
    tiktok.says("Où est ma lampe ?")
    opened(tiktok, send_version="202309").send(REPLY)

    (sent,) = [one for one in tiktok.vendor.asked if one.path.endswith("c1/messages")]
    assert sent.path.startswith("/customer_service/202309/")
    assert set(sent.json) == {"type", "content"}


@pytest.mark.parametrize(("answer", "outcome", "code"), [
    (Answer(500), Outcome.UNCERTAIN, "server_error"),
    (refusal(36009003, "internal error"), Outcome.UNCERTAIN, "server_error"),
    (Answer(body=b"{", breaks="after"), Outcome.UNCERTAIN, "unreachable"),
    (Answer(body=b"<html>"), Outcome.UNCERTAIN, "bad_answer"),
    (Answer(429), Outcome.DEFERRED, "throttled"),
    (refusal(36009036, "Too many requests"), Outcome.DEFERRED, "throttled"),
    (refusal(45101010, "the conversation cannot be replied to"), Outcome.REFUSED, "request_refused"),
    (refusal(105005, "you should apply auth pkg"), Outcome.REFUSED, "forbidden"),
])  # fmt: skip
def test_every_answer_to_a_reply_is_told_for_what_it_is(
    tiktok: Shop, answer: Answer, outcome: Outcome, code: str
) -> None:
    tiktok.says("Où est ma lampe ?")
    made = opened(tiktok)
    made.check()
    tiktok.vendor.fails_with(answer)

    receipt = made.send(REPLY)

    assert (receipt.outcome, receipt.code) == (outcome, code)


@pytest.mark.parametrize("trouble", [
    [Answer(500)], [Answer(429, headers={"retry-after": "0.1"})], [Answer(breaks="before")],
    [refusal(105002, "access token is expired")], [refusal(105002, "expired token", 401)],
    [Answer(body=b'{"code":0,', breaks="after")],
])  # fmt: skip
def test_passing_trouble_of_a_pull_is_overcome(tiktok: Shop, trouble: list[Answer]) -> None:
    tiktok.says("Où est ma lampe ?")
    made = opened(tiktok)
    made.check()
    tiktok.vendor.fails_with(*trouble)

    assert [one.text for one in messages(pulled(made)[0])] == ["Où est ma lampe ?"]


def test_empty_answers_are_no_news_and_nonsense_is_an_error(tiktok: Shop) -> None:
    made = opened(tiktok)
    made.check()
    for empty in ({"code": 0}, {"code": 0, "data": None}, {"code": 0, "data": {"orders": None}}):
        tiktok.vendor.fails_with(*[Answer(body=empty)] * 5)
        assert told(pulled(made)[0]) == []
    tiktok.vendor.fails_with(Answer(body=b""))
    with pytest.raises(ChannelError) as caught:
        pulled(made)
    assert caught.value.code == "bad_answer"


def test_tokens_end_when_tiktok_says_and_are_renewed_once_for_all(tiktok: Shop) -> None:
    kept = Kept(tiktok)
    opened(tiktok, kept).check()
    opened(tiktok, kept).check()
    assert tiktok.tokens_given == 1
    assert kept.secrets == {"refresh_token": "refresh-2"}
    assert kept.ends == {"refresh_token": NOW + timedelta(days=365)}

    tiktok.now += timedelta(days=7)
    opened(tiktok, kept).check()
    assert tiktok.tokens_given == 2


def test_check_gives_a_clear_verdict(tiktok: Shop) -> None:
    def verdict(**settings: Any) -> tuple[str, str]:
        with pytest.raises(ChannelError) as caught:
            opened(tiktok, **settings).check()
        return caught.value.code, caught.value.detail

    assert verdict(shop_id="1")[0] == "not_found"
    tiktok.shops.append({"id": "7496", "name": "Outlet", "cipher": "ROW_2"})
    assert verdict(shop_id="") == (
        "settings_invalid", "enter the shop's id; authorised are: Maison Perrin (7495), Outlet (7496)",
    )  # fmt: skip
    tiktok.has_chat_scope = False
    assert verdict()[0] == "forbidden"
    tiktok.is_revoked = True
    assert verdict()[0] == "consent_revoked"
    with pytest.raises(ChannelError) as caught:
        connect({}, {}, Around.alone())
    assert caught.value.code == "secrets_missing"


def test_consent_is_asked_by_service_id_and_redeemed_for_a_refresh_token(tiktok: Shop) -> None:
    settings = {**SETTINGS, "auth_url": tiktok.vendor.url}
    url = module.consent_url(settings, SECRETS, state="s1", redirect_url="https://x.example")
    assert url == "https://services.tiktokshop.com/open/authorize?service_id=73&state=s1"
    american = module.consent_url({**settings, "region": "us"}, SECRETS, state="s", redirect_url="")
    assert american.startswith("https://services.us.tiktokshop.com/")

    around = Kept(tiktok).around
    redeemed = module.redeem(
        settings, SECRETS, query={"code": "code-1"}, redirect_url="", around=around
    )
    assert redeemed == {"refresh_token": "refresh-2"}
    for query, code in (({}, "consent_missing"), ({"code": "old"}, "consent_revoked")):
        with pytest.raises(ChannelError) as caught:
            module.redeem(settings, SECRETS, query=query, redirect_url="", around=around)
        assert caught.value.code == code


def pushed(tiktok: Shop, body: bytes, signed: str | None = None) -> Pushed:
    headers = {"authorization": push_signature(body) if signed is None else signed}
    return opened(tiktok).receive(Call("POST", {}, headers, body, NOW))


def test_a_pushed_message_is_the_same_item_as_the_pulled_one(tiktok: Shop) -> None:
    said = tiktok.says("Où est ma lampe ?", sender={"role": "BUYER", "im_user_id": "im1"})
    data = {**said, "message_id": said["id"], "conversation_id": "c1"}
    del data["id"]

    push_items = pushed(tiktok, push(14, data)).items
    items, _ = pulled(opened(tiktok))

    assert [one.external_id for one in push_items] == [one.external_id for one in items]
    assert messages(push_items) == messages(items)


def test_pushes_of_orders_returns_and_chats(tiktok: Shop) -> None:
    at = seconds(NOW)
    (shipped,) = told(pushed(tiktok, push(1, {"order_id": "576461", "order_status": "DELIVERED",
                                              "update_time": at})).items)  # fmt: skip
    case, part = told(pushed(tiktok, push(12, {
        "order_id": "576461", "return_role": "BUYER", "return_type": "REFUND", "return_id": "r1",
        "return_status": "RETURN_OR_REFUND_REQUEST_PENDING", "create_time": at,
        "update_time": at})).items)  # fmt: skip

    assert isinstance(shipped, OrderTold)
    assert isinstance(case, CaseTold)
    assert isinstance(part, OrderTold)
    assert (shipped.number, shipped.state, shipped.lines) == ("576461", "delivered", None)
    assert (case.state, case.occurred_at) == (CaseState.OPENED, NOW.replace(tzinfo=UTC))
    assert part.returns[0].state == "requested"
    for body in (push(13, {"conversation_id": "c1"}), push(99, {"x": 1}), push(14, {}), b"[]",
                 push(1, {"order_id": "1"}).replace(b"7495", b"7496")):  # fmt: skip
        assert pushed(tiktok, body).items == ()


def test_what_is_not_signed_over_these_bytes_is_forged(tiktok: Shop) -> None:
    body = push(1, {"order_id": "576461", "order_status": "DELIVERED"})
    for signed in ("", "00", push_signature(body + b" "), push_signature(body, "other")):
        with pytest.raises(Forged):
            pushed(tiktok, body, signed)
    with pytest.raises(ChannelError):
        pushed(tiktok, b"not json")
