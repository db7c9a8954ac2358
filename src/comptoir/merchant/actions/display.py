"""How a person likes their lists. Nobody else's business, so no line in the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from comptoir.merchant.models import Person

LISTS_MAX_COUNT = 100
"""So many lists have an order or a density of their own."""


@transaction.atomic
def change(*, by: Person, **wanted: Any) -> None:
    """Change some of one's own preferences; the others stay as they are."""
    person = Person.objects.select_for_update().get(pk=by.pk)
    before = person.display if isinstance(person.display, dict) else {}
    person.display = {**before, **wanted}
    person.save(update_fields=["display"])


@transaction.atomic
def change_list(listed: str, *, by: Person, **wanted: Any) -> None:
    """Remember how one list is shown: `sort`, `density`, `columns`. `listed` names it ("view:mine").

    An empty value forgets a choice. Lists that were not looked at for long give way to others.
    """
    person = Person.objects.select_for_update().get(pk=by.pk)
    before = person.display if isinstance(person.display, dict) else {}
    lists = before.get("lists")
    lists = dict(lists) if isinstance(lists, dict) else {}
    known = lists.pop(listed, None)
    chosen = {**(known if isinstance(known, dict) else {}), **wanted}
    if kept := {name: value for name, value in chosen.items() if value}:
        lists[listed] = kept
    while len(lists) > LISTS_MAX_COUNT:
        lists.pop(next(iter(lists)))
    person.display = {**before, "lists": lists}
    person.save(update_fields=["display"])
