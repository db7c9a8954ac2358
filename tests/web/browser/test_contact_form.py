"""A buyer writes by the form on the shop's site, an agent answers, the buyer reads and answers back.

The site is another origin with the one line of script in it; the answer leaves over real SMTP.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as configured
from playwright.sync_api import Browser, Page, expect

from comptoir.channels.contact_form.settings import FormSettings
from comptoir.inbox import arrivals, outbox
from comptoir.inbox.forms import making
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection
from comptoir.orders.models import Customer, Order
from comptoir.storage import clock
from comptoir.storage.secrets import seal
from comptoir.tickets.models import Ticket
from comptoir.web.contact_form.setting import script_line
from tests.mailservers.fixtures import (
    dovecot,
    session_smtp_sink,
    session_token_provider,
    smtp_sink,
)
from tests.mailservers.smtpsink import SmtpSink
from tests.web.browser.conftest import CHROMIUM, PATIENCE_MS, Enter
from tests.web.browser.looks import IS_TOO_WIDE, violations
from tests.web.shop import Shop

__all__ = ["dovecot", "session_smtp_sink", "session_token_provider", "smtp_sink"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.mailserver,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium in /usr/bin/chromium"),
]
PHONE = {"width": 390, "height": 844}
ROBOTS_WAIT_MS = 2_100


class Site:
    """The shop's own site: one page on another origin than the desk's."""

    def __init__(self) -> None:
        self.body = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/contact" else 204)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                if self.path == "/contact":
                    self.wfile.write(site.page.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def page(self) -> str:
        head = '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Contact</title>'
        return f"{head}</head><body><h1>Maison Perrin</h1>{self.body}</body></html>"

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server.server_address[1]}"

    @property
    def foreign(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def form(shop: Shop, site: Site, desk: str, smtp_sink: SmtpSink, present: datetime) -> Form:
    """A form on the site; the shop's mailbox sends over the sink."""
    smtp_sink.passwords["desk"] = "secret"
    shop.mailbox.settings = {
        "imap_host": smtp_sink.host, "imap_port": 1, "imap_security": "none", "user": "desk",
        "senders": ["desk@maisonperrin.example"], "smtp_host": smtp_sink.host,
        "smtp_port": smtp_sink.port, "smtp_security": "none",
    }  # fmt: skip
    shop.mailbox.sealed_secrets = seal({"password": "secret"}, configured.MASTER_KEYS)
    shop.mailbox.save()
    anna = Customer.objects.create(name="Anna Berg", email="anna@berg.example", created_at=present)
    Order.objects.create(
        channel=shop.own_shop, external_id="MP-1001", customer=anna, placed_at=present,
        state="shipped", total="49.90", currency="EUR", carrier="DHL", tracking_number="JD0146",
    )  # fmt: skip
    made = making.make(
        "Contact", shop.own_shop.pk, FormSettings(origins=(site.origin,)), by=None, now=present
    )
    forget_routes()
    site.body = script_line(made)
    return made


def visit(chromium: Browser, address: str, **options: object) -> Page:
    """Open a page as a buyer: no cookie, no account."""
    context = chromium.new_context(**options)  # type: ignore[arg-type]  # as Playwright takes them
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    return page


def test_buyer_writes_agent_answers_buyer_reads_and_answers(
    shop: Shop, form: Form, site: Site, chromium: Browser, enter: Enter, smtp_sink: SmtpSink
) -> None:
    buyer = visit(chromium, f"{site.origin}/contact", viewport=PHONE)
    frame = buyer.frame_locator("iframe")
    frame.get_by_label("Votre nom").fill("Anna Berg")
    frame.get_by_label("Votre adresse e-mail").fill("anna@berg.example")
    frame.get_by_label("Numéro de commande").fill("MP-1001")
    frame.get_by_role("button", name="Où est ma commande").click()
    expect(frame.locator("#order-answer")).to_contain_text("JD0146")
    frame.get_by_label("Votre message").fill("Mon colis n'est pas arrivé.")
    frame.get_by_label("Fichiers").set_input_files(
        {"name": "porte.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8"}
    )
    buyer.wait_for_timeout(ROBOTS_WAIT_MS)
    frame.get_by_role("button", name="Envoyer").click()
    expect(frame.get_by_role("heading")).to_have_text("Votre message nous est parvenu")
    assert buyer.evaluate(IS_TOO_WIDE) is False

    arrivals.read_waiting(clock=clock.now)
    ticket = Ticket.objects.get()
    assert (ticket.order_number, ticket.messages.get().files.count()) == ("MP-1001", 1)
    agent = enter(shop.camille, f"/tickets/{ticket.pk}")
    agent.locator("#composer-text").fill("Il arrive demain.")
    agent.keyboard.press("Control+Enter")
    expect(agent).not_to_have_url(re.compile(f"/tickets/{ticket.pk}$"))
    assert outbox.deliver_due(clock=lambda: clock.now() + timedelta(seconds=11)) == 1

    mail = message_from_bytes(smtp_sink.mails[0].raw, policy=default)
    link = re.search(r"http\S+/talk/\S+", str(mail.get_content()))
    assert link is not None
    reading = visit(chromium, link[0], viewport=PHONE)
    expect(reading.locator(".talk")).to_contain_text("Il arrive demain.")
    assert "Camille" not in reading.locator("body").inner_text()
    assert (violations(reading), reading.evaluate(IS_TOO_WIDE)) == ([], False)
    reading.get_by_label("Votre réponse").fill("Merci beaucoup !")
    reading.wait_for_timeout(ROBOTS_WAIT_MS)
    reading.get_by_role("button", name="Envoyer la réponse").click()
    expect(reading.get_by_role("status")).to_contain_text("nous est parvenue")
    arrivals.read_waiting(clock=clock.now)
    reading.reload()
    expect(reading.locator(".said")).to_have_count(3)
    assert Ticket.objects.get().messages.filter(author="buyer").count() == 2


def test_form_works_without_a_script_and_with_the_keyboard(
    form: Form, desk: str, chromium: Browser
) -> None:
    page = visit(
        chromium, f"{desk}/form/{form.key}?lang=de", java_script_enabled=False, viewport=PHONE
    )
    page.get_by_label("Ihre E-Mail-Adresse").focus()
    page.keyboard.type("anna@berg.example")
    page.get_by_role("button", name="Senden").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Noch nicht gesendet")
    expect(page.get_by_label("Ihre E-Mail-Adresse")).to_have_value("anna@berg.example")
    page.get_by_label("Ihre Nachricht").focus()
    page.keyboard.type("Passt die Lampe?")
    page.wait_for_timeout(ROBOTS_WAIT_MS)
    page.get_by_role("button", name="Senden").press("Enter")

    expect(page.get_by_role("heading")).to_have_text("Ihre Nachricht ist bei uns")
    arrivals.read_waiting(clock=clock.now)
    assert Ticket.objects.get().messages.get().text == "Passt die Lampe?"


def test_form_is_accessible_and_grows_with_what_it_says(
    form: Form, desk: str, site: Site, chromium: Browser
) -> None:
    page = visit(chromium, f"{desk}/form/{form.key}?lang=en")
    assert violations(page) == []
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Please write what it is about.")).to_be_visible()
    assert violations(page) == []

    framed = visit(chromium, f"{site.origin}/contact", viewport=PHONE)
    expect(framed.locator("iframe")).to_have_attribute("title", "Formulaire de contact")
    before = framed.locator("iframe").bounding_box()
    framed.frame_locator("iframe").get_by_role("button", name="Envoyer").click()
    framed.frame_locator("iframe").get_by_role("alert").wait_for()
    framed.wait_for_timeout(300)
    after = framed.locator("iframe").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]


def test_other_sites_cannot_frame_it(form: Form, site: Site, chromium: Browser) -> None:
    page = visit(chromium, "about:blank")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site.foreign}/contact")
    page.wait_for_timeout(1_000)

    assert any("frame-ancestors" in text for text in said)
    assert page.frame_locator("iframe").get_by_role("textbox").count() == 0


def test_proof_of_work_is_done_while_somebody_types(
    form: Form, desk: str, chromium: Browser
) -> None:
    Connection.objects.filter(pk=form.row.pk).update(
        settings={**form.row.settings, "wants_proof": True}
    )
    page = visit(chromium, f"{desk}/form/{form.key}?lang=en")
    page.get_by_label("Your e-mail address").fill("anna@berg.example")
    page.get_by_label("Your message").fill("Does the lamp fit?")
    page.wait_for_function("document.forms[0].elements.proof.value !== ''")
    page.wait_for_timeout(ROBOTS_WAIT_MS)
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.get_by_role("heading")).to_have_text("Your message is with us")
