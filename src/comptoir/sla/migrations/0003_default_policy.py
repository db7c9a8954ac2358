"""A desk that is upgraded gets the policy of what nothing else matches, as a new one has it."""

from typing import Any

from django.db import migrations
from django.utils import timezone

RULE = {"target_minutes": 720, "limit_minutes": 1440, "limit_confirmed": False}


def make(apps: Any, _editor: Any) -> None:
    """Make the default policy where there are policies and it is missing."""
    policies = apps.get_model("sla", "Policy").objects
    if not policies.exists() or policies.filter(is_default=True).exists():
        return
    hours = apps.get_model("merchant", "Calendar").objects.filter(name="office")
    last = hours.order_by("-version").first()
    policy = policies.create(name="Default", is_default=True, position=1000)
    apps.get_model("sla", "PolicyVersion").objects.create(
        policy=policy,
        spec={
            "name": policy.name,
            "first_reply": RULE,
            "next_reply": RULE,
            "calendars": {"office": last.version} if last else {},
        },
        confidence="low",
        valid_from=timezone.now(),
        reason="holds where no other policy does",
    )


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_policies"), ("merchant", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
