"""A ticket is at risk from the first warning of its policy on, which only the clocks can tell."""

from typing import Any

from django.db import migrations, models
from django.utils import timezone

BACK = """
ALTER TABLE tickets_ticket DROP COLUMN risk_at;
ALTER TABLE tickets_ticket ADD COLUMN risk_at timestamptz GENERATED ALWAYS AS (
    LEAST(target_at, to_timestamp((
        extract(epoch FROM (limit_at - '1970-01-01 00:00:00+00'::timestamptz))::float8
        + extract(epoch FROM (COALESCE(oldest_unanswered_at, last_message_at)
            - '1970-01-01 00:00:00+00'::timestamptz))::float8) / 2))
) STORED;
CREATE INDEX ticket_at_risk ON tickets_ticket (risk_at) WHERE queue_tier <= 1;
"""


def begin(apps: Any, _editor: Any) -> None:
    """Ask for the open tickets to be computed anew, by the worker, as after an edit."""
    if apps.get_model("tickets", "Ticket").objects.exists():
        now = timezone.now()
        rollouts = apps.get_model("tickets", "Rollout").objects
        rollouts.create(reason="upgraded", data={}, holds_from=now, created_at=now)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_two_texts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE tickets_ticket ALTER COLUMN risk_at DROP EXPRESSION", BACK
                )
            ],
            state_operations=[
                migrations.AlterField("ticket", "risk_at", models.DateTimeField(null=True))
            ],
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
