"""A Fnac shop on loopback: ours, with state, made from the vendor's schemas and recorded answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.channels.specs import SPECS

PARTNER = "61DF8A84-4465-7D36-20A4-00F941207026"
SHOP = "8B6C803C-F166-4F7D-B9FB-869156BBA9B1"
NAMESPACE = "http://www.fnac.com/schemas/mp-dialog.xsd"
SCHEMAS = {
    "auth": "AuthenticationService.xsd",
    "messages_query": "MessagesQueryService.xsd",
    "messages_update": "MessagesUpdateService.xsd",
    "orders_query": "OrdersQueryService.xsd",
    "incidents_query": "IncidentsQueryService.xsd",
    "client_order_comments_query": "ClientOrderCommentsQueryService.xsd",
}


@cache
def schema(service: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SPECS / "fnac" / SCHEMAS[service])))


def problems(service: str, content: bytes) -> list[str]:
    """Say what the vendor's schema has against a document; nothing where the schema is not there."""
    if not (SPECS / "fnac").is_dir():
        return []
    rules = schema(service)
    rules.validate(etree.fromstring(content))
    return [str(error) for error in rules.error_log]


def xml(root: str, inside: str = "", status: str = "OK") -> Answer:
    head = f'<?xml version="1.0" encoding="utf-8"?><{root} status="{status}" xmlns="{NAMESPACE}">'
    return Answer(200, f"{head}{inside}</{root}>", {"content-type": "text/xml"})


def error(root: str, words: str, status: str = "ERROR", code: str = "ERR_100") -> Answer:
    return xml(root, f'<error severity="{status}" code="{code}">{escape(words)}</error>', status)


@dataclass
class Shop:
    """What the shop holds. `token` is the one taken at the moment."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    token: str = "11111111-1111-1111-1111-111111111111"
    page_size: int = 100
    refuses: str = ""
    invalid: list[str] = field(default_factory=list)
    clock: datetime = datetime(2026, 3, 6, tzinfo=UTC)

    def say(self, number: int, text: str, at: datetime, **more: Any) -> None:
        self.messages.append(
            {"id": f"6F9EF013-6387-F433-C3F5-{number:012d}", "type": "ORDER", "from": "CLIENT",
             "name": "Jeanne D.", "about": "57BEAFDA828A8", "text": text, "at": at, **more}
        )  # fmt: skip

    def handle(self, asked: Asked) -> Answer:
        service = asked.path.rpartition("/")[2]
        self.invalid += problems(service, asked.body)
        root = etree.fromstring(asked.body)
        if service == "auth":
            if root.findtext(f"{{{NAMESPACE}}}key") != "k":
                return error("auth_response", "Authentication failed", "FATAL")
            return xml("auth_response", f"<token>{self.token}</token>"
                       "<validity>2099-01-01T00:00:00+02:00</validity>")  # fmt: skip
        if root.get("token") != self.token:
            return error(f"{service}_response", "The token is no longer valid", "FATAL")
        return getattr(self, f"_{service}")(root)

    def _messages_query(self, root: Any) -> Answer:
        def wanted(name: str) -> str | None:
            return root.findtext(f"{{{NAMESPACE}}}{name}")

        found = [
            one
            for one in self.messages
            if wanted("order_fnac_id") in (None, one["about"])
            and wanted("message_id") in (None, one["id"])
            and self._is_within(one.get("updated", one["at"]), root)
        ]
        if (
            root.find(f"{{{NAMESPACE}}}sort_by") is not None
            and "ASC" not in etree.tostring(root).decode()
        ):
            found.reverse()
        return self._paged("messages_query_response", [message(one) for one in found], root)

    def _orders_query(self, root: Any) -> Answer:
        return self._paged("orders_query_response", self.orders, root)

    def _incidents_query(self, root: Any) -> Answer:
        return self._paged("incidents_query_response", self.incidents, root)

    def _client_order_comments_query(self, root: Any) -> Answer:
        return self._paged("client_order_comments_query_response", self.comments, root)

    def _messages_update(self, root: Any) -> Answer:
        done = []
        for one in root:
            number, action = one.get("id"), one.get("action")
            if self.refuses:
                done.append(f'<message status="ERROR" id={quoteattr(number)}>'
                            f'<error severity="ERROR" code="ERR_7">{escape(self.refuses)}</error></message>')  # fmt: skip
                continue
            self._do(number, action, one)
            done.append(f'<message status="OK" id={quoteattr(number)}/>')
        return xml("messages_update_response", "".join(done), "ERROR" if self.refuses else "OK")

    def _do(self, number: str, action: str, message: Any) -> None:
        parent = next((one for one in self.messages if one["id"] == number), None)
        if action in ("reply", "create"):
            said = message.findtext(f"{{{NAMESPACE}}}message_description")
            to = message.findtext(f"{{{NAMESPACE}}}message_to")
            about = parent["about"] if parent else number
            self.say(900 + len(self.messages), said, self.clock, **{"from": "SELLER"},
                     name="Maison Perrin", about=about, to=to)  # fmt: skip
        elif parent and action == "mark_as_read_and_archive":
            parent.update(state="READ", archived="TRUE")

    def _is_within(self, at: datetime, root: Any) -> bool:
        dates = root.find(f"{{{NAMESPACE}}}date")
        if dates is None:
            return True
        since, until = (datetime.fromisoformat(one.text) for one in dates)
        return since <= at <= until

    def _paged(self, name: str, found: list[str], root: Any) -> Answer:
        size = min(self.page_size, int(root.get("results_count")))
        page = int(root.findtext(f"{{{NAMESPACE}}}paging") or 1)
        total = max(1, -(-len(found) // size))
        counts = (f"<page>{page}</page><total_paging>{total}</total_paging>"
                  f"<nb_total_result>{len(found)}</nb_total_result>")  # fmt: skip
        return xml(name, counts + "".join(found[(page - 1) * size : page * size]))


def message(one: dict[str, Any]) -> str:
    updated = one.get("updated", one["at"]).isoformat()
    answer = (
        f"<answer>{escape(one['answer'])}</answer><answer_at>{updated}</answer_at>"
        if "answer" in one
        else ""
    )
    return (
        f'<message state="{one.get("state", "UNREAD")}" archived="{one.get("archived", "FALSE")}">'
        f"<message_id><![CDATA[{one['id']}]]></message_id>"
        f'<message_referer type="{one["type"]}"><![CDATA[{one["about"]}]]></message_referer>'
        f'<message_from type="{one["from"]}"><![CDATA[{one["name"]}]]></message_from>'
        f"<message_subject>Question</message_subject>"
        f"<message_description>{escape(one['text'])}</message_description>"
        f"<created_at>{one['at'].isoformat()}</created_at>"
        f"<updated_at>{updated}</updated_at>{answer}</message>"
    )


def order(number: str = "57BEAFDA828A8", at: str = "2026-03-01T10:44:25+01:00") -> str:
    return f"""<order><shop_id>{SHOP}</shop_id><client_id>CCCAC40A-dd89-4b32-a5a0-d719b1f8066f</client_id>
    <client_firstname>Jeanne</client_firstname><client_lastname>Durand</client_lastname>
    <order_id>{number}</order_id><client_culture>fr-FR</client_culture><state>Shipped</state>
    <created_at>{at}</created_at><shipping_address><country>FRA</country></shipping_address>
    <order_detail><order_detail_id>1</order_detail_id><state>Shipped</state><quantity>2</quantity>
    <price>19.95</price><product_name>Lampe</product_name><offer_seller_id>L-1</offer_seller_id>
    <shipping_price>4.90</shipping_price><tracking_number>8R123</tracking_number>
    <received_at></received_at></order_detail></order>"""


@contextmanager
def running(shop: Shop) -> Iterator[Vendor]:
    with vendor(shop.handle) as server:
        yield server


def settings(server: Vendor, **more: str) -> dict[str, Any]:
    return {"base_url": server.url + "/api.php", "partner_id": PARTNER, "shop_id": SHOP, **more}


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
