"""The documents sent to Fnac's API, as its schemas want them (`<Service>.xsd`, namespace below).

Order of elements, spelling and case are the vendor's: each document validates against its schema.
"""

from __future__ import annotations

from comptoir.channels.kernel.windows import Window, iso
from comptoir.channels.kernel.xml_answers import Element, SubElement, tostring, within

NAMESPACE = "http://www.fnac.com/schemas/mp-dialog.xsd"
RECIPIENTS = {"buyer": "CLIENT", "operator": "CALLCENTER", "both": "ALL"}
ORDER_ID_CHARS = 13


def auth(partner_id: str, shop_id: str, key: str) -> Element:
    """Ask for a token (AuthenticationService.xsd)."""
    root = Element("auth", xmlns=NAMESPACE)
    within(root, {"partner_id": partner_id, "shop_id": shop_id, "key": key})
    return root


def messages_query(window: Window, *, page: int, count: int) -> Element:
    """Ask for messages changed in a window, a page at a time (MessagesQueryService.xsd)."""
    root = _query("messages_query", page, count)
    _dates(root, "UpdatedAt", window)
    SubElement(root, "sort_by", type="ASC").text = "UPDATED_AT"
    return root


def messages_of_order(number: str) -> Element:
    """Ask for the messages of one order, the latest first."""
    root = _query("messages_query", 1, 100)
    within(root, {"order_fnac_id": number})
    SubElement(root, "sort_by", type="DESC").text = "CREATED_AT"
    return root


def message_by_id(message_id: str) -> Element:
    """Ask for one message."""
    root = _query("messages_query", 1, 1)
    within(root, {"message_id": message_id})
    return root


def orders_query(window: Window, *, page: int, count: int) -> Element:
    """Ask for orders changed in a window (OrdersQueryService.xsd)."""
    root = _query("orders_query", page, count)
    _dates(root, "UpdatedAt", window)
    within(root, {"sort_by": "ASC"})
    return root


def incidents_query(window: Window, *, page: int, count: int) -> Element:
    """Ask for claims changed in a window (IncidentsQueryService.xsd)."""
    root = _query("incidents_query", page, count)
    _dates(root, "UpdatedAt", window)
    within(root, {"sort_by": "ASC"})
    return root


def comments_query(window: Window, *, page: int, count: int) -> Element:
    """Ask for buyers' ratings made in a window (ClientOrderCommentsQueryService.xsd)."""
    root = _query("client_order_comments_query", page, count)
    _dates(root, "Created", window)
    return root


def reply(message_id: str, text: str, *, kind: str, party: str, action: str = "reply") -> Element:
    """Answer a message, or begin a conversation on an order with `create` (MessagesUpdateService.xsd).

    `kind` is `ORDER` or `OFFER`; `party` is whom it is meant for.
    """
    root = Element("messages_update", xmlns=NAMESPACE)
    message = SubElement(root, "message", action=action, id=message_id)
    subject = "order_information" if kind == "ORDER" else "product_information"
    within(
        message,
        {
            "message_to": RECIPIENTS.get(party, "CLIENT"),
            "message_subject": subject,
            "message_description": text,
            "message_type": kind,
        },
    )
    return root


def mark(message_ids: list[str], action: str = "mark_as_read_and_archive") -> Element:
    """Mark messages without writing."""
    root = Element("messages_update", xmlns=NAMESPACE)
    for message_id in message_ids:
        SubElement(root, "message", action=action, id=message_id)
    return root


def signed(root: Element, *, partner_id: str, shop_id: str, token: str) -> bytes:
    """Put shop and token into a document's root, and give its bytes."""
    for name, value in (("partner_id", partner_id), ("shop_id", shop_id), ("token", token)):
        root.set(name, value)
    return written(root)


def written(root: Element) -> bytes:
    """Give a document's bytes."""
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _query(name: str, page: int, count: int) -> Element:
    root = Element(name, xmlns=NAMESPACE, results_count=str(count))
    within(root, {"paging": str(page)})
    return root


def _dates(root: Element, kind: str, window: Window) -> None:
    dates = SubElement(root, "date", type=kind)
    within(dates, {"min": iso(window.since), "max": iso(window.until)})
