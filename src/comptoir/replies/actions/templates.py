"""Making and changing templates. Everybody has their own; leaders and administrators the shared ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.models import Channel, Person, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.replies.errors import NotKept
from comptoir.replies.models import Template, TemplateText
from comptoir.replies.rendering import problems
from comptoir.storage import audit

NAME_CHARS_MAX = 80
FOLDER_CHARS_MAX = 120
TEXT_CHARS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Content:
    """All that a person writes into a template; `texts` by language, empty ones left out."""

    name: str
    texts: Mapping[str, str]
    folder: str = ""
    channel_ids: frozenset[int] = field(default_factory=frozenset)


def may_change(template: Template, by: Person) -> bool:
    """Tell whether this person may change it: their own, or as a leader a shared one."""
    if template.owner_id is None:
        return by.is_at_least(Role.LEADER)
    return template.owner_id == by.pk


@transaction.atomic
def make(content: Content, *, is_shared: bool, by: Person, now: datetime) -> Template:
    """Make a template. Refused (`NotKept`): see `_sound` for what is wrong with its content."""
    _may_write(by, is_shared=is_shared)
    owner = None if is_shared else by
    sound = _sound(content, owner)
    template = Template.objects.create(
        name=sound.name,
        folder=sound.folder,
        owner=owner,
        created_at=now,
        changed_at=now,
        changed_by=by,
    )
    _fill(template, sound)
    _audit("make", template, by=by, now=now, shared=is_shared)
    return template


def change(template_id: int, content: Content, *, by: Person, now: datetime) -> Template:
    """Give a template another name, folder, channels or texts."""
    with _changing(template_id, by=by) as template:
        sound = _sound(content, template.owner, of=template)
        before = _content(template)
        if sound == before:
            return template
        template.name, template.folder = sound.name, sound.folder
        _fill(template, sound)
        _record("change", template, by=by, now=now, changed=_changed(before, sound))
        return template


@transaction.atomic
def copy(template_id: int, *, by: Person, now: datetime) -> Template:
    """Make a template of one's own out of one that one sees."""
    _may_write(by, is_shared=False)
    source = seen(template_id, by)
    content = _content(source)
    names = set(
        Template.objects.filter(owner=by, folder=source.folder).values_list("name", flat=True)
    )
    name, number = content.name, 2
    while name in names:
        ending = f" ({number})"
        name = content.name[: NAME_CHARS_MAX - len(ending)] + ending
        number += 1
    return make(
        Content(name, content.texts, content.folder, content.channel_ids),
        is_shared=False,
        by=by,
        now=now,
    )


def share(template_id: int, *, by: Person, now: datetime) -> None:
    """Give one's own template to everybody. Refused: `name_taken`."""
    with _changing(template_id, by=by) as template:
        _may_write(by, is_shared=True)
        _free_name(template.name, template.folder, None, of=template)
        template.owner = None
        _record("share", template, by=by, now=now)


def unshare(template_id: int, *, by: Person, now: datetime) -> None:
    """Take a shared template back: only this person has it from now on. Refused: `name_taken`."""
    with _changing(template_id, by=by) as template:
        _free_name(template.name, template.folder, by, of=template)
        template.owner = by
        _record("unshare", template, by=by, now=now)


def retire(template_id: int, *, by: Person, now: datetime) -> None:
    """Offer a template to nobody any more; what was written with it keeps its name."""
    with _changing(template_id, by=by) as template:
        template.is_active = False
        _record("retire", template, by=by, now=now)


def restore(template_id: int, *, by: Person, now: datetime) -> None:
    """Offer a retired template again."""
    with _changing(template_id, by=by) as template:
        template.is_active = True
        _record("restore", template, by=by, now=now)


@transaction.atomic
def delete(template_id: int, *, by: Person, now: datetime) -> None:
    """Delete one's own template for good; a shared one is retired instead (`NotAllowed`)."""
    template = seen(template_id, by)
    if template.owner_id != by.pk:
        raise NotAllowed("only_own_templates")
    _audit("delete", template, by=by, now=now)
    template.delete()


def seen(template_id: int, by: Person) -> Template:
    """Find a template this person sees: a shared one, or their own. Refused: `unknown`."""
    template = Template.objects.filter(pk=template_id).first()
    if template is None or template.owner_id not in (None, by.pk):
        raise NotKept("unknown")
    return template


@contextmanager
def _changing(template_id: int, *, by: Person) -> Iterator[Template]:
    with transaction.atomic():
        seen(template_id, by)
        template = Template.objects.select_for_update().get(pk=template_id)
        if not may_change(template, by):
            raise NotAllowed("shared_templates_are_leaders")
        yield template


def _may_write(by: Person, *, is_shared: bool) -> None:
    if not by.is_at_least(Role.LEADER if is_shared else Role.AGENT):
        raise NotAllowed("shared_templates_are_leaders")


def _sound(content: Content, owner: Person | None, *, of: Template | None = None) -> Content:
    """Tidy a content, or refuse it: `name_missing`, `name_taken`, `text_missing`, `problems`."""
    name = " ".join(content.name.split())[:NAME_CHARS_MAX]
    folder = "/".join(
        part for part in (" ".join(p.split()) for p in content.folder.split("/")) if part
    )[:FOLDER_CHARS_MAX]
    texts = {
        language: text.replace("\r\n", "\n").strip()
        for language, text in content.texts.items()
        if text.strip()
    }
    if not name:
        raise NotKept("name_missing")
    if not texts:
        raise NotKept("text_missing")
    for language, text in texts.items():
        if len(text) > TEXT_CHARS_MAX:
            raise NotKept("too_long", language=language, limit=TEXT_CHARS_MAX)
        if found := problems(text):
            raise NotKept("problems", language=language, problems=found)
    _free_name(name, folder, owner, of=of)
    return Content(name, texts, folder, content.channel_ids)


def _free_name(name: str, folder: str, owner: Person | None, *, of: Template | None) -> None:
    same = Template.objects.filter(owner=owner, folder=folder, name__iexact=name)
    if (same.exclude(pk=of.pk) if of else same).exists():
        raise NotKept("name_taken", name=name)


def _fill(template: Template, content: Content) -> None:
    template.channels.set(Channel.objects.filter(pk__in=content.channel_ids))
    template.texts.exclude(language__in=content.texts).delete()
    for language, body in content.texts.items():
        TemplateText.objects.update_or_create(
            template=template, language=language, defaults={"body": body}
        )


def _content(template: Template) -> Content:
    return Content(
        template.name,
        {text.language: text.body for text in template.texts.all()},
        template.folder,
        frozenset(template.channels.values_list("pk", flat=True)),
    )


def _changed(before: Content, after: Content) -> list[str]:
    fields = ("name", "folder", "channel_ids")
    changed = [name for name in fields if getattr(before, name) != getattr(after, name)]
    languages = sorted({*before.texts, *after.texts})
    return changed + [
        language
        for language in languages
        if before.texts.get(language) != after.texts.get(language)
    ]


def _record(verb: str, template: Template, *, by: Person, now: datetime, **data: Any) -> None:
    """Store a change, with who made it."""
    template.changed_at, template.changed_by = now, by
    template.save()
    _audit(verb, template, by=by, now=now, **data)


def _audit(verb: str, template: Template, *, by: Person, now: datetime, **data: Any) -> None:
    subject = ("template", template.pk)
    audit.record(f"template.{verb}", by=by, now=now, subject=subject, name=template.name, **data)
