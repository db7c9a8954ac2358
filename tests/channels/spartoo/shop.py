"""A Spartoo of ours on loopback: it knows orders and one partner's code. Not Spartoo's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from tests.channels.loopback import Answer, Asked

CODE = "AE6F6B21EC88DFB0"
PARIS = ZoneInfo("Europe/Paris")
PURCHASED = datetime(2026, 3, 5, 9, tzinfo=UTC)


def order(
    number: str, status: str = "11", name: str = "A confirmer", *, at: datetime = PURCHASED
) -> str:
    return f"""<order><orders_id>{number}</orders_id><customers>
    <customers_firstname>Jeanne</customers_firstname><customers_lastname>Durand</customers_lastname>
    <customers_email_address>jeanne@courrier.example</customers_email_address></customers>
    <delivery><delivery_country>FR</delivery_country></delivery><order_total>54,90</order_total>
    <orders_status_id>{status}</orders_status_id><orders_status_name>{name}</orders_status_name>
    <date_purchased>{at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}</date_purchased><products><product>
    <products_reference>B1</products_reference><products_size_reference>B1-38</products_size_reference>
    <products_name>Bottines</products_name><products_size>38</products_size><products_qty>1</products_qty>
    <products_price_unit>59.90</products_price_unit>
    <products_price_unit_with_reduce>49.90</products_price_unit_with_reduce></product></products></order>"""


@dataclass
class Shop:
    """What Spartoo has of a partner's shop."""

    orders: list[str] = field(default_factory=list)

    def handle(self, asked: Asked) -> Answer:
        form = parse_qs(asked.body.decode())
        if form["partenaire"] != [CODE]:
            return Answer(200, "<root><error><id>1</id><description>Code partenaire invalide "
                          f"{form['partenaire'][0]}</description></error></root>")  # fmt: skip
        return Answer(200, f"<root><orders>{''.join(self.orders)}</orders></root>")
