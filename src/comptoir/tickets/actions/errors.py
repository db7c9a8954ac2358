"""Why a verb did not do what was asked, as a code that pages and the API put into words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # noqa: N818 - reads as what happened
    """Say that a verb changed nothing, and why.

    Codes: `empty`, `too_long`, `no_route`, `watch_mode`, `not_answerable`, `unresolved_variable`,
    `buyer_wrote_meanwhile`, `colleague_wrote_meanwhile`, `unanswered`, `case_open`, `nothing_to_mark`,
    `too_late`, `not_over`, `already_over`, `reason_missing`, `not_allowed_to_answer`, `no_case`,
    `tag_empty`, `tag_too_long`, `too_many_tags`, `merged_away`, `sent_otherwise`, `no_such_order`,
    `no_such_version`, `no_such_team`, `skip_reason_missing`, `not_snoozed`, `snooze_in_past`,
    `snooze_too_long`, `snooze_past_limit`, `did_not_leave`; those of `join`,
    `begin` and `sendable` stand there.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
