"""Each channel's stand-in with one order and, where its API carries messages, one buyer's message.

All of it happened a moment ago by the clock that is given, and what is sent to a stand-in later is
dated by that clock, too. They are the stand-ins of the connectors' own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.channels.amazon_sp import seller as amazon
from tests.channels.ebay import fake as ebay
from tests.channels.fnac import shop as fnac
from tests.channels.loopback import Answer, Asked, Handle
from tests.channels.meta import graph as meta
from tests.channels.mirakl import operator as mirakl
from tests.channels.mirakl_connect import hub as connect
from tests.channels.octopia import seller as octopia
from tests.channels.rakuten_fr import seller as rakuten
from tests.channels.shopify import shop as shopify
from tests.channels.spartoo import shop as spartoo
from tests.channels.tiktok_shop import shop as tiktok
from tests.channels.walmart import fake as walmart

Clock = Callable[[], datetime]
QUESTION = "Where is my parcel?"
A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)


def ticking(state: Any, name: str, clock: Clock) -> Handle:
    """Set a stand-in's own clock, the attribute `name`, before each answer."""

    def handle(asked: Asked) -> Answer:
        setattr(state, name, clock())
        answer: Answer = state.handle(asked)
        return answer

    return handle


def an_amazon(clock: Clock) -> Handle:
    bought = clock() - AN_HOUR
    forms = {"unexpectedProblem", "confirmDeliveryDetails", "warranty", "invoice"}
    seller = amazon.Seller(orders=[amazon.order(amazon.NUMBER, bought)], actions=forms)

    def handle(asked: Asked) -> Answer:
        seller.url = f"http://{asked.headers['host']}"
        return seller.handle(asked)

    return handle


def an_ebay(clock: Clock) -> Handle:
    state = ebay.Ebay(orders=[ebay.order(at=clock())])
    state.says("c1", ebay.message(0, QUESTION, at=clock() - A_MINUTE))
    return ticking(state, "now", clock)


def a_walmart(clock: Clock) -> Handle:
    return walmart.Walmart(orders=[walmart.order(at=clock())]).handle


def a_mirakl(clock: Clock) -> Handle:
    asked = mirakl.message(QUESTION, at=clock() - A_MINUTE)
    return mirakl.Operator(
        clock=clock,
        orders=[mirakl.order("A-1-A", at=clock() - AN_HOUR, has_customer_message=True)],
        threads=[mirakl.thread("t1", asked)],
    ).answer


def a_mirakl_connect(clock: Clock) -> Handle:
    asked = connect.message(QUESTION, at=clock() - A_MINUTE)
    return connect.Hub(
        clock=clock,
        orders=[connect.order("A-1-A", at=clock() - AN_HOUR)],
        conversations=[connect.conversation("t1", asked)],
    ).answer


def an_octopia(clock: Clock) -> Handle:
    seller = octopia.Seller(orders=[octopia.order(clock() - AN_HOUR)])
    seller.open("d1", QUESTION, clock() - A_MINUTE)
    return ticking(seller, "clock", clock)


def a_fnac(clock: Clock) -> Handle:
    bought = (clock() - AN_HOUR).isoformat(timespec="seconds")
    shop = fnac.Shop(orders=[fnac.order(at=bought)])
    shop.say(1, QUESTION, (clock() - A_MINUTE).replace(microsecond=0))
    return ticking(shop, "clock", clock)


def a_rakuten(clock: Clock) -> Handle:
    bought = clock() - AN_HOUR
    seller = rakuten.Seller(new_sales=[rakuten.sale("943796258", bought)])
    seller.sell(bought)
    seller.say(QUESTION, clock() - A_MINUTE)
    return ticking(seller, "clock", clock)


def a_spartoo(clock: Clock) -> Handle:
    return spartoo.Shop(orders=[spartoo.order("1001", at=clock() - AN_HOUR)]).handle


def a_shopify(clock: Clock) -> Handle:
    return shopify.Shop(orders=[shopify.order(1001, clock() - AN_HOUR)]).handle


def a_tiktok(clock: Clock) -> Handle:
    shop = tiktok.Shop(now=clock(), orders=[tiktok.order(at=clock())])
    shop.says({"order_id": "576461"}, kind="BUYER_ENTER_FROM_ORDER", at=clock() - 2 * A_MINUTE)
    shop.says(QUESTION, at=clock() - A_MINUTE)
    return ticking(shop, "now", clock)


def a_meta(clock: Clock) -> Handle:
    platform = meta.Platform(now=clock())
    platform.says(QUESTION, at=clock() - A_MINUTE)
    return ticking(platform, "now", clock)
