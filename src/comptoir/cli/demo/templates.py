"""The demo's templates: what Maison Perrin answers most often, and how often it did."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from comptoir.merchant.models import Brand, Channel, Person
from comptoir.replies.actions import signatures, templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.models import Template
from comptoir.tickets.models import Message, TemplateUse

FILE = Path(__file__).parent / "templates.txt"
HEAD = re.compile(r"# (?:(?P<folder>.+) \| )?(?P<name>.+)")

USED_SHARE = 0.55
FITTING = {
    "where_is_my_order": ("Late parcel", "Late parcel", "Where the parcel is"),
    "return_request": ("How to return", "Refund done"),
    "damaged_defective": ("Damaged: photos please", "Wrong article", "Warranty"),
    "invoice_request": ("Invoice attached",),
    "product_question": ("Stock and delivery",),
    "cancellation": ("Refund done",),
}
USUAL = ("Late parcel", "Where the parcel is", "How to return", "Invoice attached", "Refund done")
"""What was used where the words of the buyer name no template."""

SIGNATURES = {
    "Maison Perrin": "{{ agent.first_name }}\nMaison Perrin, Lyon",
    "Fjordlys": "{{ agent.first_name }} – Fjordlys",
}


def make_templates(people: Mapping[str, Person], *, now: datetime) -> None:
    """Make the shared templates, two of somebody's own, and the signatures of the brands."""
    for content in _written():
        templates.make(content, is_shared=True, by=people["lukas"], now=now)
    own = Content(
        "Bonne journée", {"fr": "{{ buyer.greeting }}\n\nC'est noté, merci. Bonne journée"}, ""
    )
    templates.make(own, is_shared=False, by=people["ines"], now=now)
    for brand in Brand.objects.filter(name__in=SIGNATURES):
        signatures.of_brand(brand.pk, SIGNATURES[brand.name], by=people["camille"], now=now)
    relay = Channel.objects.filter(marketplace="cdiscount").first()
    if relay is not None:
        text = "{{ agent.first_name }}, service clients {{ brand.name }} sur {{ channel.name }}"
        signatures.of_channel(relay.pk, text, by=people["camille"], now=now)


def note_uses(*, dice: random.Random) -> None:
    """Say of the replies so far which templates they were written with."""
    known = {template.name: template for template in Template.objects.filter(owner=None)}
    replies = Message.objects.filter(author=Message.Author.AGENT, kind="reply").select_related(
        "ticket"
    )
    uses = []
    for message in replies.order_by("id"):
        if dice.random() > USED_SHARE:
            continue
        names = [name for code in message.ticket.intents for name in FITTING.get(str(code), ())]
        template = known[dice.choice(names or list(USUAL))]
        uses.append(
            TemplateUse(
                message=message,
                template=template,
                language=message.language,
                used_at=message.occurred_at + timedelta(seconds=1),
            )
        )
    TemplateUse.objects.bulk_create(uses)


def _written() -> Iterator[Content]:
    """Read the file: a heading with folder and name, then a text in each language."""
    for block in re.split(r"(?m)^(?=# )", FILE.read_text(encoding="utf-8")):
        if found := HEAD.match(block):
            parts = re.split(r"(?m)^\[([a-z]{2})\]\n", block)[1:]
            texts = dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
            yield Content(found["name"], texts, found["folder"] or "")
