"""Signatures: what stands below a reply that goes to a buyer.

The channel's own signature, or the brand's where the channel has none; above it the writer's own
lines, if they have any. A block that names `{{ agent.name }}` or the like speaks for the writer
already. Variables are those that always have a value. A text that ends in its signature gets no
second one.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.replies.syntax import Text, Variable, parse


@dataclass(frozen=True, slots=True)
class Signer:
    """Who writes, and where: the values a signature may hold."""

    agent_name: str
    brand_name: str
    channel_name: str

    def value_of(self, name: str) -> str | None:
        """Give a variable's value; None for one that signatures do not have."""
        return {
            "agent.name": self.agent_name,
            "agent.first_name": self.agent_name.partition(" ")[0],
            "brand.name": self.brand_name,
            "channel.name": self.channel_name.partition(" – ")[0],
        }.get(name)


def signature(*, own: str, channel: str, brand: str, signer: Signer) -> str:
    """Put a signature together; empty where nobody wrote one."""
    block = channel.strip() or brand.strip()
    parts = [own.strip(), block]
    if "agent." in block:
        parts = [block]
    return "\n".join(filled(part, signer) for part in parts if part)


def filled(text: str, signer: Signer) -> str:
    """Write a signature's variables out; one it cannot have is left out."""
    pieces = []
    for piece in parse(text):
        if isinstance(piece, Text):
            pieces.append(piece.text)
        elif isinstance(piece, Variable):
            pieces.append(signer.value_of(piece.name) or piece.fallback or "")
    return "".join(pieces).strip()


def signed(text: str, below: str) -> str:
    """Put a signature below a text, unless it stands there already."""
    text = text.rstrip()
    if not text or not below or _plain(text).endswith(_plain(below)):
        return text
    return f"{text}\n\n{below}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
