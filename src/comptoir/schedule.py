"""All recurring work, in one place. Each job is harmless when run twice, or late."""

from typing import Any

from procrastinate.contrib.django import app

from comptoir.alerts import jobs as alerts
from comptoir.inbox import jobs

RECURRING: dict[str, tuple[Any, ...]] = {
    "43 3 * * *": (
        jobs.forget_sessions,
        jobs.remove_old_jobs,
        jobs.forget_bulk_changes,
        alerts.forget_old,
    ),
    "13 2 * * *": (jobs.verify_deadlines, jobs.make_up_search),
    "* * * * *": (jobs.look_for_uncertain,),
    "*/5 * * * *": (jobs.retry_quarantine,),
    "*/10 * * * *": (jobs.retry_stalled,),
    "*/15 * * * *": (alerts.judge_channels, jobs.subscribe),
    "17 * * * *": (jobs.forget_changes, jobs.forget_trials, jobs.forget_form_counts),
}
"""When (minute, hour, day, month, weekday, in UTC) and what."""

for cron, tasks in RECURRING.items():
    for task in tasks:
        app.periodic(cron=cron)(task)
