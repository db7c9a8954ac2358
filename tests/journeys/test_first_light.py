"""From an empty folder to an answer in the buyer's mailbox, through the pages alone.

An administrator opens the link that `comptoir serve` printed, connects a real mailbox with the
verdict first, sees a buyer's mail arrive without reloading, answers, and the buyer has the answer.
"""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.inbox.letters import ALIAS, ORDER, amazon, direct
from tests.journeys.conftest import Look, ServedDesk
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.smtpsink import SmtpSink

pytestmark = [pytest.mark.browser, pytest.mark.mailserver]

QUESTION = "Wo bleibt mein Topf? Er sollte gestern kommen."
ANSWER = "Guten Tag Frau Sommer,\n\nIhr Topf ist heute früh in Lyon abgegangen.\n\nCamille Perrin"
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
T = TypeVar("T")


def test_desk_is_set_up_connected_and_answers_a_buyer(
    served_desk: ServedDesk,
    chromium: Browser,
    dovecot: Dovecot,
    perrin: MailUser,
    smtp_sink: SmtpSink,
    look: Look,
) -> None:
    buyer = dovecot.add_user("heike.sommer@buyers.example")
    smtp_sink.passwords[perrin.name] = perrin.password
    smtp_sink.deliver_to(dovecot, {ALIAS: buyer})
    _fill(dovecot, perrin)
    context = chromium.new_context(
        locale="en-GB", timezone_id="Europe/Paris", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

    _become_administrator(page, served_desk, look)
    _type_account(page, perrin, dovecot, smtp_sink, look)
    _mend_what_is_untrusted(page, dovecot, look)
    _confirm(page, look)
    _see_mail_arrive(page, dovecot, perrin, look)
    _answer(page, look)

    [answer] = _eventually(lambda: dovecot.fetch_all(buyer))
    read = email.message_from_bytes(answer, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert (read["From"], read["To"]) == (
        f"Maison Perrin <{perrin.name}>",
        f"Heike Sommer <{ALIAS}>",
    )
    assert (read["In-Reply-To"], read["References"]) == (
        "<today@eu.amazonses.example>",
        "<today@eu.amazonses.example>",
    )
    assert read["Subject"] == f"Re: Anfrage von Amazon-Kunde Heike Sommer (Bestellung: {ORDER})"
    assert read.get_content().splitlines() == ANSWER.splitlines()
    assert [sent.login for sent in smtp_sink.mails] == [perrin.name]
    flags = dovecot.flags(perrin)
    assert len(flags) == 6
    assert [line for line in flags if "Seen" in line or "Answered" in line] == []
    assert [line for line in complaints if "Content Security Policy" in line] == []


def _fill(dovecot: Dovecot, perrin: MailUser) -> None:
    """Put what came in the last days into the mailbox: three of Amazon.de, one direct, one odd."""
    now = datetime.now(UTC)
    for number in range(3):
        at = now - timedelta(days=3, hours=number)
        alias = f"buyer{number}xyz9@marketplace.amazon.de"
        order = f"302-000000{number}-1234567"
        raw = amazon("Danke!", at=at, message_id=f"old{number}@x.example", alias=alias, order=order)
        dovecot.deliver(perrin, raw, received_at=at)
    at = now - timedelta(days=2)
    question = direct("Vendez-vous des couvercles ?", at=at, message_id="direct-1@courrier.example")
    dovecot.deliver(perrin, question, received_at=at)
    dovecot.deliver(perrin, b"Subject: \xff\xfe\r\n\r\n\x00\x01", received_at=at)


def _become_administrator(page: Page, desk: ServedDesk, look: Look) -> None:
    page.goto(desk.link)
    page.fill("[name=merchant_name]", "Maison Perrin")
    page.fill("[name=name]", "Camille Perrin")
    page.fill("[name=email]", "camille@maisonperrin.example")
    page.fill("[name=password]", "a quiet evening")
    look(page, "1-welcome")
    page.get_by_role("button", name="Set up the desk").click()
    page.wait_for_selector(".rail")
    page.fill("[name=email]", "info@maison-perrin.example")
    look(page, "2-address")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[name=imap_host]")).to_have_value("imap.maison-perrin.example")


def _type_account(
    page: Page, perrin: MailUser, dovecot: Dovecot, smtp_sink: SmtpSink, look: Look
) -> None:
    page.fill("[name=user]", perrin.name)
    page.fill("[name=password]", perrin.password)
    page.fill("[name=imap_host]", dovecot.host)
    page.fill("[name=imap_port]", str(dovecot.tls_port))
    page.fill("[name=smtp_host]", smtp_sink.host)
    page.fill("[name=smtp_port]", str(smtp_sink.tls_port))
    page.fill("[name=senders]", perrin.name)
    look(page, "4-account")
    page.get_by_role("button", name="Look into the mailbox").click()
    refused = page.locator("#trial .part--bad")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("Nobody known vouches for the server's certificate.")
    look(page, "5-untrusted")


def _mend_what_is_untrusted(page: Page, dovecot: Dovecot, look: Look) -> None:
    """Paste the server's own signer; the password was kept and is not typed again."""
    page.get_by_role("link", name="Change what I typed").click()
    assert page.input_value("[name=password]") == ""
    page.get_by_text("Advanced", exact=False).first.click()
    page.fill("[name=ca_certificates]", dovecot.certificates.signer)
    page.get_by_role("button", name="Look into the mailbox").click()
    verdict = page.locator(".verdict h2")
    expect(verdict).to_contain_text("5 mails: Amazon.de 3")
    expect(page.locator("#trial .part--good")).to_have_count(2)
    look(page, "6-verdict")


def _confirm(page: Page, look: Look) -> None:
    name = page.locator(".pick [name$='-name']").first
    expect(name).to_have_value("Amazon.de – Maison Perrin")
    promise = page.locator(".pick").first.locator(".promise")
    expect(promise).to_contain_text("24 h, always counting · target 14 h")
    page.get_by_role("button", name="Connect and begin reading").click()
    expect(page.locator("#reading")).to_contain_text("5 mails read so far")
    look(page, "7-reading")
    page.get_by_role("link", name="To the queue").click()


def _see_mail_arrive(page: Page, dovecot: Dovecot, perrin: MailUser, look: Look) -> None:
    """Look at the queue, have a buyer write, and wait for the row without touching the page."""
    page.wait_for_selector("#list")
    expect(page.locator(".row")).to_have_count(0)
    page.evaluate("window.notReloaded = true")
    raw = amazon(QUESTION, at=datetime.now(UTC), message_id="today@eu.amazonses.example")
    dovecot.deliver(perrin, raw)
    pill = page.locator("#news:visible, .row:visible").first
    expect(pill).to_be_visible()
    look(page, "8-news")
    if page.locator("#news:visible").count():
        page.locator("#news").click()
    expect(page.locator(".row__link")).to_have_text(["Heike Sommer"])
    assert page.evaluate("window.notReloaded") is True
    look(page, "9-queue")


def _answer(page: Page, look: Look) -> None:
    page.locator(".row__link").click()
    page.wait_for_selector("#composer-text")
    expect(page.locator("body")).to_contain_text(QUESTION)
    look(page, "10-ticket")
    page.fill("#composer-text", ANSWER)
    look(page, "11-answer")
    page.locator("[data-send=reply]").click()
    page.wait_for_timeout(500)
    look(page, "12-sent")


def _eventually(work: Callable[[], list[T]], seconds: float = 60.0) -> list[T]:
    """Ask again and again until there is something."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if found := work():
            return found
        time.sleep(0.25)
    return work()
