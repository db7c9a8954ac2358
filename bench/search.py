"""Search as somebody types, and how fast what is new can be found, at two sizes.

    ./dev bench search [MESSAGES…]          default 100000 1000000

Four messages a ticket, sentences of the demo shop in five languages, an invented word in each
(150,000 of them, the n-th said 1/n as often as the first), names, order and parcel numbers, over
two years. Times are those of the server's answer to the box, from the request to the last byte of
its list, in one process without a web server; the whole page of results is timed beside it.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench.desk import desk, mailbox

TEXTS = Path(__file__).parent.parent / "src/comptoir/channels/demo/texts"
MESSAGES_A_TICKET = 4
VOCABULARY = 150_000
DAYS = 730
ROUNDS = 60
TICKET_COLUMNS = (
    "id, channel_id, status, tier, tier_reasons, tier_set_by_person, intents, gist, buyer_name,"
    " reply_address, subject, language, order_number, message_count, automatic_count, created_at,"
    " last_message_at, next_kind, solved_at"
)
MESSAGE_COLUMNS = (
    "ticket_id, channel_id, external_id, author, kind, state, from_name, from_address, subject,"
    " text, new_text, has_html, language, tier, tier_reasons, intents, needs_reply, evidence,"
    " problems, links, occurred_at, stored_at, seen_elsewhere, is_holding"
)


def main() -> None:
    """Fill, index, measure and print, one size after the other."""
    sizes = [int(size) for size in sys.argv[1:] if size.isdigit()] or [100_000, 1_000_000]
    p50s: dict[str, list[float]] = {}
    with desk():
        from comptoir.merchant.models import Channel

        mailbox()
        channels = list(Channel.objects.filter(is_catch_all=False).values_list("id", flat=True))
        material, tickets = Material(), 0
        for size in sizes:
            goal = size // MESSAGES_A_TICKET
            fill(material, channels, tickets + 1, goal)
            took = index()
            print(
                f"{size:>9,} messages: {(goal - tickets) / took:,.0f} tickets a second indexed,"
                f" {(goal - tickets) * MESSAGES_A_TICKET / took:,.0f} messages; {sizes_of_tables()}",
                flush=True,
            )
            tickets = goal
            for name, times in measure(material).items():
                p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
                p50s.setdefault(name, []).append(p50)
                print(
                    f"    {name:<42} p50 {p50 * 1000:6.1f} ms   p99 {p99 * 1000:6.1f} ms",
                    flush=True,
                )
            print(
                f"    until a new message is found: {lag():.2f} s in the worker's loop", flush=True
            )
    for name, found in p50s.items():
        if len(found) > 1:
            print(f"p50 at {sizes[-1]:,} / at {sizes[0]:,}: {found[-1] / found[0]:.2f}  {name}")


class Material:
    """What texts are made of, drawn with a fixed seed."""

    def __init__(self) -> None:
        self.dice = random.Random(20261122)
        self.sentences = sorted(
            {
                line.strip()
                for file in TEXTS.glob("*.txt")
                for line in file.read_text().splitlines()
                if len(line) > 30 and not line.startswith(("==", "--", "#", ">"))
            }
        )
        parts = [
            a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "on")
        ]
        words: set[str] = set()
        while len(words) < VOCABULARY:
            words.add("".join(self.dice.choices(parts, k=self.dice.randint(2, 5))))
        self.words = sorted(words)
        self.dice.shuffle(self.words)
        self.weights = list(accumulate(1 / n for n in range(1, VOCABULARY + 1)))
        self.names = [word.capitalize() for word in self.words[1000:21_000]]

    def text(self, order: str, tracking: str, name: str) -> str:
        """Write a message: two sentences of the demo, eight words by their frequency."""
        first, second = self.dice.choices(self.sentences, k=2)
        filled = re.sub(r"\{order\}", order, f"{first} {second}")
        filled = re.sub(r"\{tracking\}", tracking, filled)
        filled = re.sub(r"\{\w+\}", name, filled)
        extra = self.dice.choices(self.words, cum_weights=self.weights, k=8)
        return f"{filled} {' '.join(extra)}."


def fill(material: Material, channels: list[int], first: int, last: int) -> None:
    """Write tickets and their messages by COPY."""
    from django.db import connection

    with connection.cursor() as cursor:
        for start in range(first, last + 1, 20_000):
            numbers = range(start, min(start + 20_000, last + 1))
            pairs = [made(material, channels, number, last) for number in numbers]
            with cursor.copy(f"COPY tickets_ticket ({TICKET_COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for ticket, _messages in pairs:
                    copy.write_row(ticket)
            with cursor.copy(f"COPY tickets_message ({MESSAGE_COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for _ticket, messages in pairs:
                    for message in messages:
                        copy.write_row(message)
        cursor.execute("SELECT setval('tickets_ticket_id_seq', %s)", [last])
        cursor.execute("VACUUM ANALYZE tickets_ticket")
        cursor.execute("VACUUM ANALYZE tickets_message")


def made(
    material: Material, channels: list[int], number: int, last: int
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Make one ticket and its messages."""
    dice = material.dice
    at = datetime.now(UTC) - timedelta(days=DAYS * (1 - number / (last + 1)) * dice.random() ** 0.2)
    order = f"{dice.randint(302, 306)}-{dice.randrange(10**7):07}-{dice.randrange(10**7):07}"
    tracking = f"0034{dice.randrange(10**16):016}"
    name = " ".join(dice.choices(material.names, k=2))
    channel, status = dice.choice(channels), "open" if number % 50 == 0 else "solved"
    texts = [material.text(order, tracking, name) for _n in range(MESSAGES_A_TICKET)]
    ticket = (
        number, channel, status, 2, "[]", False, "[]", texts[0][:180], name,
        f"{name.split()[0].lower()}{number}@marketplace.example", f"Order {order}", "de", order,
        MESSAGES_A_TICKET, 0, at, at, "", None if status == "open" else at,
    )  # fmt: skip
    messages = [
        (
            number, channel, f"m{number}-{n}", "buyer" if n % 2 == 0 else "agent", "buyer_message",
            "received", name, "", "", text, text, False, "de", 2, "[]", "[]", True, "[]", "[]", "{}",
            at - timedelta(minutes=n), at, False, False,
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip
    return ticket, messages


def index() -> float:
    """Index everything as the worker does, and tell how many seconds it took."""
    from django.db import connection

    from comptoir.inbox.search import indexing

    began = time.perf_counter()
    while indexing.step():
        pass
    took = time.perf_counter() - began
    indexing.clean()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inbox_searchdocument")
        cursor.execute("VACUUM ANALYZE inbox_searchword")
    return took


def measure(material: Material) -> dict[str, list[float]]:
    """Time each kind of search, never the same twice."""
    from django.test import Client

    from comptoir.merchant.models import Person, Role
    from comptoir.storage.clock import now

    person = Person.objects.filter(email="camille@maison-perrin.example").first()
    if person is None:
        person = Person.objects.create_user(
            "camille@maison-perrin.example", "x" * 12, name="Camille", role=Role.ADMIN,
            joined_at=now(),
        )  # fmt: skip
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    times: dict[str, list[float]] = {}
    for name, path, question in questions(material):
        began = time.perf_counter()
        answer = client.get(path, {"q": question})
        times.setdefault(name, []).append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{question}: {answer.status_code}")
    return times


def questions(material: Material) -> Iterator[tuple[str, str, str]]:
    """Give what is asked, one kind after the other in turn."""
    from comptoir.tickets.models import Ticket

    dice = random.Random(7)
    last = Ticket.objects.order_by("-id").values_list("id", flat=True)[0]
    box, page = "/search/box", "/search"
    common = [
        "commande",
        "bestellung",
        "order",
        "paket",
        "colis",
        "guten",
        "bonjour",
        "pacco",
        "pedido",
    ]
    for turn in range(ROUNDS):
        known = Ticket.objects.get(pk=dice.randint(1, last))
        rare = dice.choice(material.words[20_000:60_000])
        often = common[turn % len(common)]
        yield "a rare word", box, f"{rare} "
        yield "a common word", box, f"{often} "
        yield "a common word being typed (3 letters)", box, often[:3]
        yield "two common words", box, f"{often} {material.words[turn]} "
        yield "two letters", box, dice.choice(material.words)[:2]
        yield "an order number", box, known.order_number
        yield "the last five digits", box, known.order_number[-5:]
        yield "a buyer's name", box, known.buyer_name
        yield "a typing error", box, f"{rare[:3]}{rare[4:3:-1]}{rare[3:4]}x{rare[5:]} "
        yield "a common word, open, one channel", box, f"{often} is:open channel:ebay "
        yield "the page: a common word", page, f"{often} "
        yield "the page: a rare word", page, f"{rare} "


def lag() -> float:
    """Write on a ticket, run the worker's step as its loop does, and time until it is found."""
    from comptoir.inbox.search import indexing
    from comptoir.merchant.models import Person
    from comptoir.storage.clock import now
    from comptoir.tickets.actions import note
    from comptoir.tickets.models import Ticket

    ticket = Ticket.objects.filter(status="open").order_by("-id").first()
    began = time.perf_counter()
    note.add(ticket.pk, "quaggakeks", by=Person.objects.get(), now=now())  # type: ignore[union-attr]
    while indexing.step():
        pass
    return time.perf_counter() - began + indexing.PAUSE_SECONDS


def sizes_of_tables() -> str:
    """Say how large search is beside what it searches."""
    from django.db import connection

    tables = ("tickets_message", "inbox_searchdocument", "inbox_searchword")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"pg_total_relation_size('{one}')" for one in tables))
        row = cursor.fetchone()
    return ", ".join(f"{one} {size / 1e6:,.0f} MB" for one, size in zip(tables, row, strict=True))


if __name__ == "__main__":
    main()
