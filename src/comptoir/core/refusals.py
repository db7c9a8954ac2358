"""What the core says when it cannot take what it was given.

A refusal is an English template with named places and the values that go into them, so that pages
can translate the template and commands can print the sentence. It always says what to change.
"""

from __future__ import annotations

SHOWN_MAX = 400


class Refusal(ValueError):  # noqa: N818 -- it refuses; nothing has gone wrong in the program
    """Say what is wrong with a value, and what to do about it.

    `template` is a literal with named places in braces (message catalogues are made from it),
    `values` fill them, each on one line and cut when it is very long; `str()` is the English
    sentence.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = {name: _shown(value) for name, value in values.items()}
        super().__init__(template.format(**self.values))


def _shown(value: object) -> object:
    """Keep what somebody sent to one line of a length that can be read; refusals nest."""
    if isinstance(value, int | float | Refusal):
        return value
    text = str(value)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
