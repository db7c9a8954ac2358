"""Whatever a buyer calls himself, his mail or his file, a page shows it as text."""

from __future__ import annotations

from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from comptoir.merchant.models import Person
from comptoir.storage.files import keep
from comptoir.tickets.models import Message, MessageFile
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

HOSTILE = "<img src=x onerror=alert(1)>\"' onfocus=alert(2) autofocus x='</script><script>alert(3)"
ACTING = ("<img src=x", "<script>alert", '" onfocus=')


def acting_attributes(html: str) -> list[str]:
    """Read a page as a browser does, and give the attributes that would run something."""
    parsed = LexborHTMLParser(html)
    named = [name for one in parsed.css("*") for name in one.attributes]
    return [name for name in named if name.startswith("on")]


def test_names_subjects_and_files_stay_text_on_every_page(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(
        shop,
        shop.amazon_de,
        buyer=HOSTILE,
        text=HOSTILE,
        subject=HOSTILE,
        intents=[HOSTILE],
        tier_reasons=[HOSTILE],
        now=present,
    )
    message = Message.objects.get(ticket=ticket)
    Message.objects.filter(pk=message.pk).update(
        from_name=HOSTILE, evidence=[HOSTILE], problems=[HOSTILE], language=HOSTILE[:8]
    )
    MessageFile.objects.create(
        message=message,
        file=keep(b"x", now=present),
        name=HOSTILE,
        content_type="image/png",
    )
    Person.objects.filter(pk=shop.ines.pk).update(name=HOSTILE)
    browser = log_in(shop.ines)
    scripted = {"HTTP_HX_REQUEST": "true"}
    form = {"text": HOSTILE, "key": "k1", "then": "stay"}

    pages = [
        browser.get("/"),
        browser.get("/?view=all"),
        browser.get(f"/rows?ids={ticket.pk}").json()["rows"][str(ticket.pk)]["html"],
        browser.get(f"/tickets/{ticket.pk}"),
        browser.post(f"/tickets/{ticket.pk}/note", form, **scripted),
        browser.post(f"/tickets/{ticket.pk}/reply", form, **scripted),
        browser.get(f"/tickets/{ticket.pk}?part=live", **scripted),
        log_in(shop.camille).get("/settings/audit"),
        log_in(shop.camille).get("/settings/people"),
    ]

    texts = [page if isinstance(page, str) else page.content.decode() for page in pages]
    assert [len(text) > 100 for text in texts] == [True] * len(texts)
    assert [sign for text in texts for sign in ACTING if sign in text] == []
    assert [name for text in texts for name in acting_attributes(text)] == []


def test_an_attribute_that_got_out_of_its_quotes_is_found() -> None:
    assert acting_attributes(f"<b title=\"{HOSTILE}\" y=''>") == ["onfocus"]
    assert acting_attributes(f"<b title='{HOSTILE}'>") == ["onfocus"]
