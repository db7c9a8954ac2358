"""Whether a message is taken: what stands in its way, as a code and for which field.

Nobody is turned away for good and nothing typed is lost: each reason is said with what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from comptoir.channels.contact_form import proof, tokens
from comptoir.channels.contact_form.submission import Submission
from comptoir.inbox.forms import limits
from comptoir.inbox.forms.finding import Form

TRAP = "website"
"""The name of the field that only robots fill in."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands in the way. `number` names the message when nothing does; `token` goes back into
    the form, a fresh one where the old one is of no more use."""

    number: str = ""
    problem: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    token: str = ""
    wait: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether the message is taken."""
        return not self.problem and not self.fields and self.wait is None


def judge(
    form: Form,
    given: Submission,
    *,
    token: str,
    trap: str,
    number: str,
    counted: Sequence[tuple[limits.Limit, str]],
    now: datetime,
) -> Judged:
    """Judge a message that came with a time token; `number` is the proof of work."""
    found = tokens.check(token, form.signing_key, now=now)
    fields = given.problems(takes_files=form.settings.takes_files)
    if found.verdict in ("none", "forged", "old"):
        problem = "old" if found.verdict != "none" else "confirm"
        return Judged(problem=problem, fields=fields, token=_fresh(form, now=now))
    if trap.strip():
        return Judged(problem="trap", fields=fields, token=token)
    if fields:
        return Judged(fields=fields, token=token)
    if found.verdict == "fast":
        return Judged(problem="proof" if found.is_slow else "fast", token=token)
    needs_proof = form.settings.wants_proof and not found.is_slow
    if needs_proof and not proof.is_proven(found.nonce, number):
        return Judged(problem="proof", token=_fresh(form, now=now, is_slow=True))
    if wait := limits.wait_for(form.row.pk, counted, now=now):
        return Judged(wait=wait, token=token)
    return Judged(number=found.nonce, token=token)


def _fresh(form: Form, *, now: datetime, is_slow: bool = False) -> str:
    return tokens.fresh(form.signing_key, now=now, is_slow=is_slow)
