"""What a walk through the demo shop needs: letters of known kinds, hands without a mouse, the post."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from comptoir.channels.demo import connector
from comptoir.channels.demo.spool import Sent, Spool
from comptoir.channels.demo.talk import Story, Turn
from comptoir.channels.kernel.protocol import Page as PageOfMail
from comptoir.channels.kernel.protocol import RawItem
from comptoir.cli.demo import orders
from comptoir.cli.demo.casting import Casting, buyers_mail
from comptoir.cli.demo.channels import MAILBOXES, PLACES, channels_by_key
from comptoir.cli.demo.steps import Conversation, Mail
from comptoir.inbox import arrivals, outbox, pulling
from comptoir.inbox.search import indexing
from comptoir.merchant.models import Connection
from comptoir.orders.models import Order
from comptoir.rulebook import capability
from comptoir.storage import clock
from comptoir.tickets.actions import assign
from comptoir.tickets.actions.reply import UNDO_WINDOW
from comptoir.tickets.models import Clock, Message, Outbox, Ticket
from tests.shop import DemoShop
from tests.web.browser.conftest import Enter

TEXT = "#composer-text"
DICE = 77
TRIES = 5
AGAIN = "Noch etwas: In der anderen Bestellung fehlt der Deckel. Können Sie ihn nachsenden?"
AGO = timedelta(minutes=40)
OF_REPLIES = ("first_reply", "next_reply")


class Letters:
    """More letters of the demo's buyers, of kinds that a walk can count on at any hour."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._casting = Casting(random.Random(DICE))
        self._casting.taken_numbers.update(Order.objects.values_list("external_id", flat=True))
        self._places = {place.key: place for place in PLACES}
        self._talks: dict[str, Conversation] = {}

    def add(self, name: str, place: str, intent: str, state: str) -> None:
        """Write a letter of that intent about an order in that state, in the store's language."""
        language = self._places[place].language

        def wish(story: Story) -> bool:
            return (story.intent, story.state, story.language) == (intent, state, language)

        talk, _story = self._casting.open(self._places[place], self._now - AGO, wish=wish)
        self._talks[name] = talk

    def add_again(self, name: str, like: str, text: str) -> None:
        """Write another letter of the same buyer, about another order."""
        first = self._talks[like]
        number = f"{first.order.number[:-5]}{random.Random(DICE).randrange(10**5):05d}"
        talk = Conversation(f"walk-{name}", first.place, replace(first.order, number=number))
        talk.add(buyers_mail(talk, Turn("buyer", text), self._now - AGO / 2))
        self._talks[name] = talk

    def deliver(self) -> dict[str, Ticket]:
        """Let all come in as mail does, and give the ticket of each."""
        known = [(talk.place, talk.order) for talk in self._talks.values()]
        orders.store(known, channels_by_key(), now=self._now)
        for box in MAILBOXES:
            items = tuple(
                RawItem(f"walk/{name}", step.content, received_at=step.at)
                for name, talk in self._talks.items()
                for step in talk.steps
                if talk.place.mailbox == box.key and isinstance(step, Mail)
            )
            row = Connection.objects.get(name=box.address)
            pulling.store(row, PageOfMail(items, {"through": self._now.isoformat()}), now=self._now)
        arrivals.read_waiting(clock=clock.now)
        indexing.catch_up()
        return {
            name: Message.objects.get(raw_item__external_id=f"walk/{name}").ticket
            for name in self._talks
        }


class Post:
    """The way out, on a day on which every marketplace takes everything at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for chance in ("REFUSED_PERCENT", "DEFERRED_PERCENT", "UNCERTAIN_PERCENT"):
            monkeypatch.setattr(connector, chance, 0)

    def sent(self, ticket: Ticket) -> list[Sent]:
        """Deliver what is due once nothing can be undone; give what this ticket's buyer has got."""
        outbox.deliver_due(clock=lambda: clock.now() + UNDO_WINDOW)
        mine = Outbox.objects.filter(message__ticket=ticket, state="accepted").order_by("pk")
        found = []
        for row in mine:
            settings = Connection.objects.get(pk=row.connection_id).settings
            at_marketplace = Spool(Path(settings["spool"])).find(row.envelope["message_id"])
            if at_marketplace is not None:
                found.append(at_marketplace)
        return found


class Hands:
    """Somebody at a keyboard. There is no way here to move or click a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type, a key for each character."""
        self.page.keyboard.type(text)

    def open(self, ticket: Ticket) -> None:
        """Find a ticket by its buyer and number, as one does who knows both."""
        self.press("Escape")
        box = self.page.locator("#search-box [role=combobox]")
        for _ in range(TRIES):
            self.press("/")
            with suppress(Error):  # a key pressed while a page loads is nobody's
                box.wait_for(timeout=2000)
                break
        expect(box).to_be_focused()
        self.write(ticket.order_number or ticket.buyer_name)
        self.page.locator(f"#search-hit-{ticket.pk}").wait_for()
        while self._chosen() != f"search-hit-{ticket.pk}":
            self.press("ArrowDown")
        self.press("Enter")
        self.page.wait_for_url(f"**/tickets/{ticket.pk}")

    def answer(self, text: str) -> None:
        """Write a reply into the composer, and see that it stands there."""
        self.press("r")
        expect(self.page.locator(TEXT)).to_be_focused()
        self.write(text)

    def send(self) -> None:
        """Send, and see that the desk goes on to another page."""
        before = self.page.url
        self.press("Control+Enter")
        self.page.wait_for_url(lambda address: address != before)

    def command(self, words: str) -> None:
        """Do something by the palette."""
        self.press("Control+k")
        self.write(words)
        chosen = self.page.locator("#palette [aria-selected=true]")
        expect(chosen).to_contain_text(words)
        self.press("Enter")

    def go_to(self, selector: str, key: str = "Tab", most: int = 12) -> None:
        """Press a key until the focus is there; more often than `most` nobody does."""
        for _ in range(most):
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
            self.press(key)
        raise AssertionError(f"{key} does not lead to {selector}")

    def _chosen(self) -> str:
        box = self.page.locator("#search-box [role=combobox]")
        return box.get_attribute("aria-activedescendant") or ""


class Walk:
    """The desk with its ten tickets, and whoever answers them."""

    def __init__(self, shop: DemoShop, post: Post, enter: Enter) -> None:
        self.people = shop.people
        self.post = post
        self.enter = enter
        letters = Letters(shop.now)
        letters.add("late parcel", "amz-de", "where_is_my_order", "late")
        letters.add("invoice", "amz-fr", "invoice_request", "delivered")
        letters.add("thanks", "shop-fr", "thanks", "delivered")
        letters.add("colleague", "amz-uk", "where_is_my_order", "late")
        letters.add("lost line", "ebay-de", "where_is_my_order", "late")
        letters.add("variable", "amz-fr", "where_is_my_order", "late")
        letters.add("merge", "amz-de", "invoice_request", "delivered")
        letters.add_again("merged", like="merge", text=AGAIN)
        letters.add("hand-over", "amz-fr", "damaged_defective", "delivered")
        letters.add("phone", "shop-de", "where_is_my_order", "late")
        self.tickets = letters.deliver()
        self._leave_claims_by_mail()

    def _leave_claims_by_mail(self) -> None:
        """Have a colleague take the claims of portals: which claim is on top depends on the hour."""
        for ticket in Ticket.objects.filter(queue_tier=0).select_related("channel"):
            if not capability(ticket.channel.marketplace).reply_by_mail:
                assign.take(ticket.pk, by=self.people["lukas"], now=clock.now())


def is_running(ticket: Ticket) -> bool:
    """Tell whether a clock of replies still runs on a ticket."""
    return Clock.objects.filter(ticket=ticket, kind__in=OF_REPLIES, ended_at__isnull=True).exists()
