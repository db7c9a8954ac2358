"""The capability matrix: what each connector carries, written from the cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.channels.kernel.card import Card, Reply

HEAD = """# What each channel carries

Written by `comptoir channel matrix > docs/channels.md` from the connectors' cards (`card.toml`); do
not edit it by hand. *api*: asked by Comptoir; *push*: sent by the vendor; *mail*: by the mail channel;
*portal*: the agent answers in the seller's portal, with the text to copy and the page to open;
–: not carried. Connectors are explained one by one in `docs/channels/`.

The mailbox stands beside all of them: it reads what marketplaces, shops and buyers send by mail, and
answers where the marketplace relays mail.
"""
WAYS = (
    ("messages in", "messages_in"),
    ("replies out", "replies_out"),
    ("orders", "orders"),
    ("returns", "returns"),
    ("claims, reviews", "cases"),
    ("figures", "figures"),
)
BYTES_A_MEGABYTE = 1_000_000


def rows(cards: Mapping[str, Card]) -> list[dict[str, Any]]:
    """Give one row for each listed connector, by name: plain values for programs."""
    listed = sorted((card for card in cards.values() if card.is_listed), key=_name)
    return [
        {
            "kind": card.kind,
            "name": card.name,
            **{field: getattr(card.ways, field) for _, field in WAYS},
            "push": card.ways.push,
            "begins": card.reply.begins,
            "closes": card.reply.closes,
            "parties": list(card.reply.parties),
            "consent": card.consent,
            "proof": card.proof,
        }
        for card in listed
    ]


def page(cards: Mapping[str, Card]) -> str:
    """Write the page, in Markdown; the same cards give the same page."""
    listed = sorted((card for card in cards.values() if card.is_listed), key=_name)
    ways = _table(
        ("channel", *(title for title, _ in WAYS), "push", "checked against"),
        [
            (
                f"**{card.name}**",
                *(_way(getattr(card.ways, field)) for _, field in WAYS),
                "yes" if card.ways.push else "–",
                card.proof,
            )
            for card in listed
        ],
    )
    replies = _table(
        ("channel", "text", "files", "to whom", "begins", "closes", "window"),
        [(f"**{card.name}**", *_reply(card.reply)) for card in listed if _answers(card)],
    )
    upkeep = _table(
        ("channel", "log-in", "asked every", "limits kept", "credentials that end"),
        [(f"**{card.name}**", *_upkeep(card)) for card in listed],
    )
    parts = [HEAD, "## Ways\n", ways, "## What a reply may hold\n", replies, "## Upkeep\n", upkeep]
    return "\n".join(parts)


def _name(card: Card) -> str:
    return card.name.lower()


def _answers(card: Card) -> bool:
    return card.ways.replies_out in ("api", "portal")


def _way(way: str) -> str:
    return "–" if way == "none" else way


def _reply(reply: Reply) -> tuple[str, ...]:
    window = f"{reply.window_hours:g} h" if reply.window_hours else "–"
    yes = {True: "yes", False: "–"}
    return (
        _text(reply),
        _files(reply),
        ", ".join(reply.parties),
        yes[reply.begins],
        yes[reply.closes],
        window,
    )


def _text(reply: Reply) -> str:
    least, most = reply.text_chars_min, reply.text_chars_max
    if least and most:
        return f"{least} to {most} characters"
    if most:
        return f"{most} characters"
    return f"{least} characters at least" if least else "not told"


def _files(reply: Reply) -> str:
    if reply.attachments_max == 0:
        return "none"
    parts = [f"up to {reply.attachments_max}"] if reply.attachments_max else []
    if reply.attachment_bytes_max:
        parts.append(f"{reply.attachment_bytes_max / BYTES_A_MEGABYTE:.3g} MB")
    parts += [", ".join(reply.attachment_types)] if reply.attachment_types else []
    return "; ".join(parts) or "not told"


def _upkeep(card: Card) -> tuple[str, ...]:
    limits = "; ".join(
        f"{'all calls' if name == '*' else name} {rate}" for name, rate in card.rates.items()
    )
    ends = "; ".join(f"{end.what.en}: {end.days} days" for end in card.ends)
    log_in = "consent in the browser" if card.consent else "keys"
    return log_in, f"{card.poll_seconds:g} s", limits or "–", ends or "–"


def _table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Write a table; bars in a text would end its cell."""
    written = [titles, ["---"] * len(titles), *lines]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in written)
    return "\n".join(f"| {line} |" for line in cells) + "\n"
