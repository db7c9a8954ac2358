"""A ticket as agents walk through it: pictures, timeline, an order by hand, neighbours by key."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import datetime, timedelta

from playwright.sync_api import expect

from comptoir.storage.files import keep
from comptoir.tickets.actions import assign, note, tier
from comptoir.tickets.models import Message, MessageFile, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
pytestmark = IN_BROWSER


def attach(message: Message, name: str, content_type: str, content: bytes) -> None:
    MessageFile.objects.create(
        message=message,
        file=keep(content, now=message.stored_at),
        name=name,
        content_type=content_type,
        position=message.files.count(),
    )


def picture() -> bytes:
    """A grey picture of two by two points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = zlib.compress(b"\0\x80\x80" * 2)
    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def test_attachments_are_enlarged_and_walked_by_keyboard(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    message = Message.objects.get(ticket=ticket)
    attach(message, "broken.png", "image/png", picture())
    attach(message, "lines.csv", "text/csv", "Größe;2\n".encode())
    attach(message, "trap.svg", "image/svg+xml", b"<svg onload='alert(1)'/>")
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.locator("[data-picture]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lightbox img")).to_be_visible()
    page.keyboard.press("ArrowRight")

    expect(page.locator("#lightbox pre")).to_have_text("Größe;2\n")
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()
    expect(page.locator("[data-picture]")).to_be_focused()
    trap = page.get_by_role("link", name="trap.svg", exact=True)
    assert trap.get_attribute("download") is not None


def test_timeline_is_folded_filtered_and_stays_so_when_a_colleague_writes(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    assign.assign(ticket.pk, to=shop.jonas.pk, by=shop.camille, now=present)
    assign.take(ticket.pk, by=shop.ines, now=present)
    tier.correct(ticket.pk, 1, by=shop.ines, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.wait_for_timeout(1500)

    page.get_by_text("3 changes").click()
    expect(page.locator(".events .event").last).to_be_visible()
    page.get_by_role("button", name="Events").click()
    expect(page.locator(".message").first).to_be_hidden()
    note.add(ticket.pk, "The parcel is in Lyon.", by=shop.ines, now=present)

    expect(page.locator(".message--note")).to_have_count(1)
    expect(page.locator(".message--note")).to_be_hidden()
    expect(page.locator(".events")).to_have_attribute("open", "")


def test_order_is_linked_by_hand_and_the_other_open_ticket_is_announced(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    first = open_ticket(shop, shop.amazon_de, text="Broken lid", now=present)
    ticket = open_ticket(shop, shop.amazon_de, buyer="Bo Lind", now=present, total=None)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.fill("#order-number", first.order_number[:6])
    page.locator(".found__one").click()

    expect(page.locator(".side__number .fixed")).to_have_text(first.order_number)
    expect(page.locator(".banner a")).to_have_text("Broken lid")
    assert Ticket.objects.get(pk=ticket.pk).order_id == first.order_id


def test_ten_tickets_are_walked_by_key_without_loading_and_a_text_stays_with_its_ticket(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    for number in range(10):
        open_ticket(
            shop,
            shop.amazon_de,
            buyer=f"Buyer {number}",
            asked_ago=(20 - number) * HOUR,
            now=present,
        )
    page = enter(shop.camille)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Buyer 0")
    page.fill("#composer-text", "Half a sentence")
    page.keyboard.press("Escape")
    page.evaluate("window.isTheSamePage = true")

    for number in range(1, 10):
        page.keyboard.press("j")
        expect(page.locator("h1")).to_have_text(f"Buyer {number}")
        expect(page).to_have_title(re.compile(f"Buyer {number} "))
    for _ in range(9):
        page.keyboard.press("k")
        page.wait_for_timeout(300)

    expect(page.locator("h1")).to_have_text("Buyer 0")
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")
    assert page.evaluate("window.isTheSamePage") is True
    page.go_back()
    expect(page.locator("h1")).to_have_text("Buyer 1")


def test_older_messages_come_in_above_what_is_read(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=90 * HOUR, now=present)
    Ticket.objects.filter(pk=ticket.pk).update(oldest_unanswered_at=None)
    for number in range(60):
        say(ticket, f"Line {number}", at=present - (80 - number) * HOUR)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    expect(page.locator(".message")).to_have_count(40)

    page.get_by_role("button", name="21 earlier messages").click()

    expect(page.locator(".message")).to_have_count(61)
    expect(page.get_by_text("Line 59", exact=True)).to_be_visible()
