"""Why a verb did not do what was asked, as a code that pages put into words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):  # noqa: N818 - reads as what happened
    """Say that a verb changed nothing, and why.

    Codes: `link_unknown`, `link_used`, `link_expired`, `already_set_up`, `name_missing`,
    `email_known`, `time_zone_unknown`, `last_administrator`, `yourself`, `inactive`,
    `name_taken`, `team_has_members`, `person_unknown`, `team_unknown`, `invitation_unknown`,
    `token_unknown`, `token_revoked`, `rule_person_missing`, `rule_team_missing`, `rule_unknown`,
    `absence_ends_before`, `stand_in_oneself`, `absence_unknown`.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
