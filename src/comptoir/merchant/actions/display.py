"""How a person likes their lists. Nobody else's business, so no line in the trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from comptoir.merchant.models import Person


@transaction.atomic
def change(*, by: Person, **wanted: Any) -> None:
    """Change some of one's own preferences; the others stay as they are."""
    person = Person.objects.select_for_update().get(pk=by.pk)
    before = person.display if isinstance(person.display, dict) else {}
    person.display = {**before, **wanted}
    person.save(update_fields=["display"])
