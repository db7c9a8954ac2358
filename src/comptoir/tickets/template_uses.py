"""That a reply was written with templates: recorded when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from comptoir.replies import languages
from comptoir.replies.models import Template
from comptoir.tickets.models import Message, TemplateUse

AT_ONCE_MAX = 20


def record(message: Message, template_ids: Sequence[int], *, now: datetime) -> None:
    """Note which templates a reply was written with; numbers nobody knows are passed over."""
    wanted = set(template_ids[:AT_ONCE_MAX])
    if not wanted:
        return
    found = Template.objects.filter(Q(owner=None) | Q(owner=message.person_id), pk__in=wanted)
    TemplateUse.objects.bulk_create(
        TemplateUse(
            message=message,
            template=template,
            language=_language(template, message),
            used_at=now,
        )
        for template in found.prefetch_related("texts")
    )


def _language(template: Template, message: Message) -> str:
    available = {text.language for text in template.texts.all()}
    channel = message.ticket.channel.locale
    return languages.chosen(available, buyer=message.language, channel=channel) or ""
