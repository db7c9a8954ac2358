"""What the core says when it cannot take what it was given.

A refusal is an English template with named places and the values that go into them, so that pages
can translate the template and commands can print the sentence. It always says what to change.
"""

from __future__ import annotations


class Refusal(ValueError):  # noqa: N818 -- it refuses; nothing has gone wrong in the program
    """Say what is wrong with a value, and what to do about it.

    `template` is a literal with named places in braces (message catalogues are made from it),
    `values` fill them; `str()` is the English sentence.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))
