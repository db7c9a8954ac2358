"""Names where there is little room."""

from __future__ import annotations


def initials(name: str) -> str:
    """Give two letters: "Inès Moreau" is "IM"."""
    words = name.split()
    if not words:
        return ""
    chosen = (words[0], words[-1]) if len(words) > 1 else (words[0],)
    return "".join(word[0] for word in chosen).upper()
