"""Signatures below replies, and templates that a reply was written with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.web.shop import NOW, Shop, open_shop, open_ticket

from comptoir.replies.models import Template
from comptoir.tickets.actions import draft, reply, taking_back
from comptoir.tickets.actions.writing import How
from comptoir.tickets.models import Draft, Outbox, TemplateUse


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop(NOW)


def template(name: str, now: datetime = NOW, **fields: Any) -> Template:
    return Template.objects.create(name=name, created_at=now, changed_at=now, **fields)


def test_reply_leaves_with_the_brands_signature_below(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)

    message = reply.send(ticket.pk, "On its way.", by=shop.jonas, now=NOW, key="a")

    assert message.text == "On its way.\n\nMaison Perrin, Lyon"
    assert message.new_text == "On its way."


def test_signature_that_was_typed_is_not_added_again(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)

    message = reply.send(
        ticket.pk, "On its way.\nMaison Perrin, Lyon", by=shop.jonas, now=NOW, key="a"
    )

    assert message.text == "On its way.\nMaison Perrin, Lyon"


def test_same_key_with_a_signature_sends_once(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)

    for _ in range(2):
        reply.send(ticket.pk, "On its way.", by=shop.jonas, now=NOW, key="a")

    assert Outbox.objects.count() == 1


def test_reply_taken_back_is_a_draft_without_its_signature(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)
    message = reply.send(ticket.pk, "On its way.", by=shop.jonas, now=NOW, key="a")

    assert taking_back.undo(message.pk, by=shop.jonas, now=NOW)

    assert Draft.objects.get(ticket=ticket).text == "On its way."


def test_late_save_of_what_was_just_sent_brings_no_draft_back(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)
    reply.send(ticket.pk, "On its way.", by=shop.jonas, now=NOW, key="a")

    draft.save(ticket.pk, "On its way.", is_note=False, by=shop.jonas, now=NOW)

    assert not Draft.objects.exists()


def test_templates_of_a_reply_are_recorded_with_their_language(shop: Shop) -> None:
    ticket = open_ticket(shop, shop.amazon_de)
    late = template("Late parcel")
    colleagues = template("Mine alone", owner=shop.ines)
    how = How(templates=((late.pk, "de"), (colleagues.pk, "de"), (999_999, "de")))

    message = reply.send(ticket.pk, "On its way.", by=shop.jonas, now=NOW, key="a", how=how)

    used = TemplateUse.objects.values_list("message_id", "template_id", "language")
    assert list(used) == [(message.pk, late.pk, "de")]
