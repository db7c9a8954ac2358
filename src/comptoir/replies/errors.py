"""Why a template was not kept, as a code that pages put into words."""

from __future__ import annotations

from typing import Any


class NotKept(Exception):  # noqa: N818 - reads as what happened
    """Say that nothing was changed, and why.

    Codes: `name_missing`, `name_taken`, `text_missing`, `problems` (with `language` and
    `problems`, see `rendering.Problem`), `unknown` (no such template, or somebody else's own),
    `signature_variable`, `too_long`.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
