"""That a reply was written with templates: recorded when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from comptoir.replies.models import Template
from comptoir.tickets.models import Message, TemplateUse

AT_ONCE_MAX = 20


def record(message: Message, used: Sequence[tuple[int, str]], *, now: datetime) -> None:
    """Note the templates (number and language) a reply was written with.

    One that is gone, or somebody else's own, is passed over: the reply leaves all the same.
    """
    languages = dict(used[:AT_ONCE_MAX])
    if not languages:
        return
    own = Q(owner=None) | Q(owner=message.person_id)
    known = Template.objects.filter(own, pk__in=languages).values_list("pk", flat=True)
    TemplateUse.objects.bulk_create(
        TemplateUse(
            message=message, template_id=number, language=languages[number][:8], used_at=now
        )
        for number in known
    )
