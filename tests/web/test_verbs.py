"""Buttons of the ticket page: one call each, and what the browser gets back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from comptoir.merchant.models import Channel
from comptoir.tickets.actions.changing import write_fact
from comptoir.tickets.models import Draft, Message, MessageFile, Outbox, Ticket
from comptoir.web import shell
from tests.web.conftest import LogIn
from tests.web.pages import all_words, tree, words
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
SCRIPTED = {"HX-Request": "true"}


def _reply(browser: Client, ticket: Ticket, text: str, **more: object) -> HttpResponse:
    form = {"text": text, "key": "k1", "then": "next", **more}
    return browser.post(f"/tickets/{ticket.pk}/reply", form, headers=SCRIPTED)  # type: ignore[return-value]


def test_sending_queues_the_reply_and_opens_the_next_ticket(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    following = open_ticket(shop, shop.amazon_de, asked_ago=3 * HOUR, now=present)
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=5 * HOUR, now=present)
    browser = log_in(shop.ines)

    answer = _reply(browser, ticket, "Votre colis arrive demain.")

    assert answer.headers["HX-Redirect"] == f"/tickets/{following.pk}"
    reply = Message.objects.get(ticket=ticket, author="agent")
    assert (reply.new_text, reply.state, reply.person_id) == (
        "Votre colis arrive demain.",
        "queued",
        shop.ines.pk,
    )
    toast = tree(browser.get(f"/tickets/{following.pk}")).css_first(".toast form")
    assert toast is not None
    assert toast.attributes["action"] == f"/tickets/{ticket.pk}/messages/{reply.pk}/undo"


def test_same_form_sent_twice_is_one_reply(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)

    _reply(browser, ticket, "Bonjour")
    _reply(browser, ticket, "Bonjour")

    assert Message.objects.filter(ticket=ticket, author="agent").count() == 1


def test_undo_takes_the_reply_back_into_the_composer(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)
    _reply(browser, ticket, "Bonjour", then="stay")
    reply = Message.objects.get(ticket=ticket, author="agent")

    answer = browser.post(f"/tickets/{ticket.pk}/messages/{reply.pk}/undo")

    assert answer.headers["Location"] == f"/tickets/{ticket.pk}"
    assert Outbox.objects.get(message=reply).state == "cancelled"
    page = tree(browser.get(f"/tickets/{ticket.pk}"))
    assert words(page.css_first("#composer-text")) == "Bonjour"
    assert [words(m) for m in page.css(".message--agent")] == []


def test_reply_is_held_when_the_buyer_wrote_meanwhile(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    seen = ticket.messages.get().pk
    say(ticket, "Never mind, it came.", at=present)
    browser = log_in(shop.camille)

    held = _reply(browser, ticket, "We are sorry.", knows_message_id=seen)
    read = tree(held).css_first("[data-sends-anyway]").attributes["data-seen"]
    sent = _reply(browser, ticket, "We are sorry.", knows_message_id=read)

    assert held.status_code == 409
    assert all_words(held, ".notice button") == ["Read first", "Send anyway"]
    assert sent.status_code == 204
    assert Message.objects.filter(ticket=ticket, author="agent").count() == 1


def test_reply_without_the_file_it_speaks_of_is_held(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.camille)

    held = _reply(browser, ticket, "Die Rechnung finden Sie im Anhang.")
    sent = _reply(browser, ticket, "Die Rechnung finden Sie im Anhang.", anyway="file")

    assert held.status_code == 409
    assert all_words(held, ".notice button") == ["Add a file", "Change the text", "Send anyway"]
    assert sent.status_code == 204
    assert Message.objects.filter(ticket=ticket, author="agent").count() == 1


def _recorded(browser: Client, ticket: Ticket, **more: str) -> HttpResponse:
    form, address = {"text": "It comes.", "key": "k1", **more}, f"/tickets/{ticket.pk}"
    return browser.post(f"{address}/answered-elsewhere", form, headers=SCRIPTED)  # type: ignore[return-value]


def test_answer_in_a_portal_is_recorded_when_it_was_copied_or_said_to_be_given(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    first, second = (open_ticket(shop, shop.ebay_fr, now=present) for _ in "12")
    browser = log_in(shop.camille)

    held = _recorded(browser, first)
    empty = _recorded(browser, first, text=" ")
    assert first.messages.filter(author="agent").count() == 0
    copied = _recorded(browser, first, copied="1")
    sure = _recorded(browser, second, anyway="there", key="k2")

    assert (held.status_code, empty.status_code) == (409, 422)
    assert words(tree(held).css_first(".notice__text")) == (
        "Did you give this answer at eBay.fr? Recording it stops the clock."
    )
    assert all_words(held, ".notice button") == ["Copy the text", "Yes, I answered there"]
    assert (copied.status_code, sure.status_code) == (204, 204)
    for ticket in (first, second):
        assert ticket.messages.filter(author="agent", seen_elsewhere=True).count() == 1


def test_answer_to_the_operator_in_a_portal_is_held_without_a_word_of_a_stopped_clock(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.ebay_fr, now=present)

    held = _recorded(log_in(shop.camille), ticket, to="operator")

    assert words(tree(held).css_first(".notice__text")).endswith("The buyer’s clock runs on.")


def test_answer_in_a_portal_that_was_held_without_scripts_keeps_its_text_and_can_be_confirmed(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    Channel.objects.filter(pk=shop.ebay_fr.pk).update(marketplace="cdiscount")
    ticket = open_ticket(shop, shop.ebay_fr, now=present)
    browser, address = log_in(shop.camille), f"/tickets/{ticket.pk}"

    browser.post(f"{address}/answered-elsewhere", {"text": "It comes.", "key": "k1"})
    page = tree(browser.get(address))
    box = page.css_first("noscript input[type=checkbox]").attributes

    assert words(page.css_first(".toast__text")).startswith("Did you give this answer at eBay.fr?")
    assert words(page.css_first("#composer-text")) == "It comes."
    assert ticket.messages.filter(author="agent").count() == 0
    confirmed = {"text": "It comes.", "key": "k1", str(box["name"]): str(box["value"])}
    browser.post(f"{address}/answered-elsewhere", confirmed)
    assert ticket.messages.get(author="agent").new_text == "It comes."


def test_empty_reply_is_refused_with_a_reason(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = _reply(log_in(shop.camille), ticket, "   ")

    assert answer.status_code == 422
    assert all_words(answer, ".notice__text") == [
        "There is nothing to send yet: write something first."
    ]


def test_file_leaves_with_the_reply(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    invoice = SimpleUploadedFile("Facture.pdf", b"%PDF-1.4", "application/pdf")

    _reply(log_in(shop.ines), ticket, "Voici la facture.", files=[invoice])

    file = MessageFile.objects.get(message__ticket=ticket)
    assert (file.name, file.content_type, bytes(file.file.content)) == (
        "Facture.pdf",
        "application/pdf",
        b"%PDF-1.4",
    )


def test_note_stays_inside_and_empties_the_composer(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.camille).post(
        f"/tickets/{ticket.pk}/note", {"text": "Call DHL"}, headers=SCRIPTED
    )

    assert all_words(answer, ".message--note .message__text") == ["Call DHL"]
    assert all_words(answer, "#composer-text") == [""]
    assert not Outbox.objects.exists()


def test_draft_is_kept_while_typing(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)

    answer = browser.post(f"/tickets/{ticket.pk}/draft", {"text": "Bonj", "is_note": "0"})

    assert answer.json()["is_newest"] is True
    assert Draft.objects.get(ticket=ticket).text == "Bonj"
    assert words(tree(browser.get(f"/tickets/{ticket.pk}")).css_first("#composer-text")) == "Bonj"


def test_solving_an_unanswered_ticket_says_what_to_do(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.camille).post(f"/tickets/{ticket.pk}/solve", headers=SCRIPTED)

    (said,) = all_words(answer, ".toast--bad")
    assert said.endswith("is not answered yet. Answer it, or say that it needs no response.")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_waiting_on_a_buyer_who_waits_for_us_is_refused_and_said(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.ines).post(f"/tickets/{ticket.pk}/wait", {"on": "buyer"}, headers=SCRIPTED)

    assert "est encore sans réponse" in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_claim_answered_there_waits_on_the_marketplace_and_says_so(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    write_fact(ticket, "case_opened", at=present, now=present, by=None, id="c1")
    browser, address = log_in(shop.camille), f"/tickets/{ticket.pk}"

    first = browser.post(f"{address}/case-answered", headers=SCRIPTED)
    assert "is not answered yet and keeps it in the queue." in first.content.decode()

    browser.post(f"{address}/no-response", {"reason": "thanks", "confirmed_outside": "1"})
    second = browser.post(f"{address}/case-answered", headers=SCRIPTED)
    assert "Now it waits on the marketplace." in second.content.decode()
    head = tree(browser.get(address)).css_first("#ticket-head")
    assert "Waiting on the marketplace" in words(head)


def test_key_with_nothing_to_mark_says_why(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser, address = log_in(shop.camille), f"/tickets/{ticket.pk}"

    def said(key: str) -> list[str]:
        return all_words(browser.get(address), f'[data-why-not="{key}"]')

    assert said("y") == []
    assert said("D") == ["Nothing here waits for an answer elsewhere."]

    write_fact(ticket, "agent_reply", at=present, now=present, by=shop.jonas, seen_elsewhere=True)
    Ticket.objects.filter(pk=ticket.pk).update(oldest_unanswered_at=None)
    assert [one.split(",")[0] for one in said("y")] == [
        "Nothing to mark: Jonas Weber answered already"
    ]


def test_no_response_needed_is_marked_confirmed_and_undone(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.camille)
    address = f"/tickets/{ticket.pk}/no-response"

    browser.post(address, {"reason": "Only says thanks"})
    assert Ticket.objects.get(pk=ticket.pk).status == "open"
    browser.post(f"{address}/confirm")
    assert Ticket.objects.get(pk=ticket.pk).status == "solved"
    browser.post(f"{address}/undo")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_take_give_wait_and_correct(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)
    address = f"/tickets/{ticket.pk}"

    browser.post(f"{address}/take")
    assert Ticket.objects.get(pk=ticket.pk).assignee == shop.ines
    browser.post(f"{address}/assign", {"to": str(shop.jonas.pk)})
    assert Ticket.objects.get(pk=ticket.pk).assignee == shop.jonas
    browser.post(f"{address}/assign", {"to": ""})
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    browser.post(f"{address}/wait", {"on": "marketplace"})
    assert Ticket.objects.get(pk=ticket.pk).status == "waiting_on_marketplace"
    browser.post(f"{address}/tier", {"tier": "1"})
    assert Ticket.objects.get(pk=ticket.pk).tier == 1


@pytest.mark.parametrize(
    "verb", ["reply", "note", "draft", "solve", "take", "wait", "tier", "no-response"]
)
def test_reader_changes_nothing(shop: Shop, log_in: LogIn, present: datetime, verb: str) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    form = {"text": "x", "key": "k", "on": "buyer", "tier": "1", "reason": "x"}

    answer = log_in(shop.noah).post(f"/tickets/{ticket.pk}/{verb}", form)

    assert answer.status_code == 403
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_verbs_are_not_for_links(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    assert log_in(shop.camille).get(f"/tickets/{ticket.pk}/solve").status_code == 405


def test_message_of_another_ticket_cannot_be_undone_through_this_one(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    mine = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.own_shop, now=present)
    reply = say(other, "Hello", at=present, author="agent", kind="reply", state="queued")

    answer = log_in(shop.ines).post(f"/tickets/{mine.pk}/messages/{reply.pk}/undo")

    assert answer.status_code == 404


def test_tag_is_put_on_and_taken_off(shop: Shop, log_in: LogIn, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.camille)

    put_on = browser.post(
        f"/tickets/{ticket.pk}/tag", {"tag": "  Fragile  Goods "}, headers=SCRIPTED
    )
    ticket.refresh_from_db()
    tags = ticket.tags
    taken_off = browser.post(
        f"/tickets/{ticket.pk}/untag", {"tag": "fragile goods"}, headers=SCRIPTED
    )
    ticket.refresh_from_db()

    assert (tags, ticket.tags) == (["fragile goods"], [])
    assert "Tagged." in put_on.content.decode()
    assert "Camille Perrin took the tag “fragile goods” off." in taken_off.content.decode()


@pytest.mark.parametrize(
    ("tag", "said"),
    [(" ", "Write a tag first."), ("x" * 41, "A tag has 40 characters at most.")],
)
def test_tag_that_cannot_be_is_refused(
    shop: Shop, log_in: LogIn, present: datetime, tag: str, said: str
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    answer = log_in(shop.camille).post(f"/tickets/{ticket.pk}/tag", {"tag": tag}, headers=SCRIPTED)

    ticket.refresh_from_db()
    assert said in answer.content.decode()
    assert ticket.tags == []


def test_ticket_says_to_administrators_that_no_policy_matched(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    version = shop.policies[shop.amazon_de.pk]
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    address = f"/tickets/{ticket.pk}"
    matched = all_words(log_in(shop.camille).get(address), ".head__channel")
    version.policy.is_default = True
    version.policy.save()
    shell.forget()

    told = all_words(log_in(shop.camille).get(address), ".head__channel")
    not_told = all_words(log_in(shop.noah).get(address), ".head__channel")

    assert ["no policy matched" in said[0] for said in (matched, told, not_told)] == [
        False,
        True,
        False,
    ]


def test_clock_names_its_policy_and_leads_to_that_version(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    version = shop.policies[shop.amazon_de.pk]
    ticket = open_ticket(shop, shop.amazon_de, now=present)

    page = tree(log_in(shop.camille).get(f"/tickets/{ticket.pk}"))

    link = page.css_first(f".clock a[href='/settings/policies/{version.policy_id}#version-1']")
    assert link is not None
    assert link.text() == "Amazon Urgent, version 1"
