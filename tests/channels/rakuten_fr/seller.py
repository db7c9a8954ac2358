"""A Rakuten France of ours on loopback, with state, made from its documentation and one example.

The vendor's schemas could not be had; `docs/channels/rakuten_fr.md` lists what is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from tests.channels.loopback import Answer, Asked, Vendor, vendor

TOKEN = "s3cret/to+ken"
PARIS = ZoneInfo("Europe/Paris")
ITEM = "1518036652"


def written(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%d/%m/%Y-%H:%M}"


def xml(name: str, inside: str) -> Answer:
    schema = f"http://www.priceminister.com/res/schema/{name}"
    return Answer(200, f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{schema}">{inside}</{name}>',
                  {"content-type": "text/xml"})  # fmt: skip


def error(code: str, message: str, kind: str = "Sender") -> Answer:
    return xml("errorresponse", f"<error><type>{kind}</type><code>{code}</code>"
               f"<message>{escape(message)}</message></error>")  # fmt: skip


@dataclass
class Seller:
    """What the seller's account holds: items by number, and which of them wait."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_sales: list[str] = field(default_factory=list)
    current_sales: list[str] = field(default_factory=list)
    page_size: int = 50
    clock: datetime = datetime(2026, 3, 6, tzinfo=UTC)
    actions: list[str] = field(default_factory=list)

    def sell(self, at: datetime, item: str = ITEM, **more: Any) -> dict[str, Any]:
        made = {"date": at, "state": "REQUESTED", "messages": [], "mails": [], "log": [],
                "claim": "", "offers": ["contactuseraboutitem", "contactusaboutitem"],
                "todo": False, **more}  # fmt: skip
        self.items[item] = made
        return made

    def say(self, text: str, at: datetime, item: str = ITEM, sender: str = "jeanne75") -> None:
        to = "perrin" if sender == "jeanne75" else "jeanne75"
        self.items[item]["messages"].insert(0, (sender, to, at, text))
        self.items[item]["todo"] = sender == "jeanne75"

    def handle(self, asked: Asked) -> Answer:
        query = asked.query
        self.actions.append(query["action"])
        if (query["login"], query["pwd"]) != ("perrin", TOKEN):
            return error("AuthenticationError", f"Bad login or pwd {query['pwd']}")
        return getattr(self, f"_{query['action']}")(query)

    def _getitemtodolist(self, _query: dict[str, str]) -> Answer:
        listed = "".join(
            f"<item><itemid>{number}</itemid></item>"
            for number, one in self.items.items() if one["todo"]
        )  # fmt: skip
        return xml(
            "getitemtodolistresult", f"<request/><response><items>{listed}</items></response>"
        )

    def _getiteminfos(self, query: dict[str, str]) -> Answer:
        number = query["itemid"]
        if number not in self.items:
            return error("ParameterError", "itemid is unknown")
        one = self.items[number]
        one["todo"] = False  # reading marks as read
        offers = "".join(
            f"<action><actioncode>{name}</actioncode></action>" for name in one["offers"]
        )
        inside = "".join(
            f"<message><sender>{sender}</sender><recipient>{to}</recipient>"
            f"<senddate>{written(at)}</senddate><content><![CDATA[{text}]]></content>"
            "<status>UNREAD</status></message>"
            for sender, to, at, text in one["messages"]
        ) + "".join(
            f"<mail><mailid>{mail}</mailid><senddate>{written(at)}</senddate><sender>{sender}</sender>"
            f"<recipient>x</recipient><object>{subject}</object>"
            f"<content><![CDATA[{text}]]></content></mail>"
            for mail, sender, at, subject, text in one["mails"]
        ) + "".join(
            f"<itemlog><creationdate>{written(at)}</creationdate><itemlogcode>{code}</itemlogcode></itemlog>"
            for at, code in one["log"]
        )  # fmt: skip
        return xml("getiteminfosresult", f"<request><itemid>{number}</itemid></request><response><item>"
                   f"<itemid>{number}</itemid><date>{written(one['date'])}</date>"
                   f"<itemstate>{one['state']}</itemstate><availableactions>{offers}</availableactions>"
                   f"{one['claim']}{inside}</item></response>")  # fmt: skip

    def _contactuseraboutitem(self, query: dict[str, str]) -> Answer:
        self.say(query["content"], self.clock, query["itemid"], "perrin")
        return xml("contactuseraboutitemresult", "<response><status>SENT</status></response>")

    def _contactusaboutitem(self, query: dict[str, str]) -> Answer:
        mails = self.items[query["itemid"]]["mails"]
        mails.append((str(900 + len(mails)), "perrin", self.clock, query.get("mailparentid", ""),
                      query["content"]))  # fmt: skip
        return xml("contactusaboutitemresult", "<response><status>SENT</status></response>")

    def _getnewsales(self, _query: dict[str, str]) -> Answer:
        return xml(
            "getnewsalesresult", f"<response><sales>{''.join(self.new_sales)}</sales></response>"
        )

    def _getcurrentsales(self, query: dict[str, str]) -> Answer:
        begin = int(query.get("nexttoken", "0"))
        end = begin + self.page_size
        following = (
            f"<nexttoken>{end}</nexttoken>" if end < len(self.current_sales) else "<nexttoken/>"
        )
        return xml("getcurrentsalesresult", f"<response>{following}<sales>"
                   f"{''.join(self.current_sales[begin:end])}</sales></response>")  # fmt: skip


def sale(number: str, at: datetime, item: str = ITEM, status: str = "COMMITTED") -> str:
    return f"""<sale><purchaseid>{number}</purchaseid><purchasedate>{written(at)}</purchasedate>
    <deliveryinformation><purchasebuyerlogin>jeanne75</purchasebuyerlogin>
    <deliveryaddress><firstname>Jeanne</firstname><lastname>Durand</lastname>
    <country>France</country></deliveryaddress></deliveryinformation>
    <items><item><itemid>{item}</itemid><itemstatus>{status}</itemstatus><sku>L-1</sku>
    <headline>Lampe</headline><price><amount>19.95</amount><currency>EUR</currency></price></item></items></sale>"""


def claim(at: datetime, state: str = "NEW") -> str:
    return (f"<claim><creationdate>{written(at)}</creationdate><type>DAMAGED</type><state>{state}</state>"
            "<amicable>Y</amicable><claimcomment><![CDATA[Article cassé.]]></claimcomment></claim>")  # fmt: skip


@contextmanager
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as server:
        yield server


def settings(server: Vendor, **more: str) -> dict[str, Any]:
    return {"base_url": server.url, "login": "perrin", **more}
