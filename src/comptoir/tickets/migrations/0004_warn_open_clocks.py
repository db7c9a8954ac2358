"""Open tickets of a desk that is upgraded get the moments of their warnings."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def begin(apps: Any, _editor: Any) -> None:
    """Ask for the open tickets to be computed anew, by the worker, as after an edit."""
    if apps.get_model("tickets", "Ticket").objects.exists():
        now = timezone.now()
        rollouts = apps.get_model("tickets", "Rollout").objects
        rollouts.create(reason="upgraded", data={}, holds_from=now, created_at=now)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_joinings")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
