"""Taking templates of a file in: new ones are made, known ones get the file's texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from comptoir.merchant.models import Person
from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.errors import NotKept
from comptoir.replies.exchange import Incoming
from comptoir.replies.models import Template


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one template of a file. `refused` says why it is left out."""

    incoming: Incoming
    becomes: Literal["new", "changed", "same", "refused"]
    refused: NotKept | None = None


@transaction.atomic
def take_in(
    incoming: Sequence[Incoming], *, is_shared: bool, by: Person, now: datetime, is_trial: bool
) -> list[Verdict]:
    """Take templates in; with `is_trial` only say what would become of each.

    A known template keeps its channels and the languages that the file does not have.
    """
    verdicts = [_take(one, is_shared=is_shared, by=by, now=now) for one in incoming]
    if is_trial:
        transaction.set_rollback(True)
    return verdicts


def _take(one: Incoming, *, is_shared: bool, by: Person, now: datetime) -> Verdict:
    owner = None if is_shared else by
    known = Template.objects.filter(owner=owner, folder=one.folder, name__iexact=one.name).first()
    try:
        with transaction.atomic():
            if known is None:
                content = Content(one.name, one.texts, one.folder)
                templates.make(content, is_shared=is_shared, by=by, now=now)
                return Verdict(one, "new")
            before = {text.language: text.body for text in known.texts.all()}
            if before == {**before, **one.texts}:
                return Verdict(one, "same")
            channels = frozenset(known.channels.values_list("pk", flat=True))
            content = Content(known.name, {**before, **one.texts}, known.folder, channels)
            templates.change(known.pk, content, by=by, now=now)
            return Verdict(one, "changed")
    except NotKept as refused:
        return Verdict(one, "refused", refused)
