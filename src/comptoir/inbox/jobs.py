"""Coarse jobs of the inbox: ids in, one call out, each harmless when run twice."""

from __future__ import annotations

import logging

from allauth.usersessions.models import UserSession
from django.core.management import call_command
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from comptoir.inbox import arrivals, bulk, closing, outbox, subscribing, trials
from comptoir.inbox.forms import limits as form_limits
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.search import indexing
from comptoir.storage import changes
from comptoir.storage.clock import now
from comptoir.tickets import verifying

log = logging.getLogger(__name__)


@app.task(name="inbox.pull", queueing_lock="inbox.pull")
def pull(connection_id: int) -> None:
    """Fetch what one connection has."""
    pull_by_id(connection_id, clock=now)


@app.task(name=closing.JOB, retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def close_thread(ticket_id: int) -> None:
    """Close one conversation at its channel; tried again for some hours."""
    closing.close_thread(ticket_id, clock=now)


@app.task(name="inbox.retry_quarantine", queueing_lock="inbox.retry_quarantine")
def retry_quarantine(timestamp: int) -> None:
    """Read again what could not be read, when its pause is over."""
    del timestamp
    arrivals.retry_due(now=now())


@app.task(name="inbox.look_for_uncertain", queueing_lock="inbox.look_for_uncertain")
def look_for_uncertain(timestamp: int) -> None:
    """Look in the channels for replies nobody knows about."""
    del timestamp
    outbox.look_for_uncertain(clock=now)


@app.task(name="inbox.make_up_search", queueing_lock="inbox.make_up_search")
def make_up_search(timestamp: int) -> None:
    """Index tickets that search does not know: those that came by another way than a verb."""
    del timestamp
    if count := indexing.make_up():
        log.warning("search: %s tickets were missing", count)


@app.task(name="tickets.verify_deadlines", queueing_lock="tickets.verify_deadlines")
def verify_deadlines(timestamp: int) -> None:
    """Compare every stored deadline with what the clocks answer, and keep the result."""
    del timestamp
    if count := verifying.verify_all(now=now()):
        log.error("stored deadlines: %s differences; see `comptoir sla verify`", count)


@app.task(name="storage.forget_changes", queueing_lock="storage.forget_changes")
def forget_changes(timestamp: int) -> None:
    """Drop steps of the change feed that nobody can still ask for."""
    del timestamp
    log.info("change feed: %s old steps dropped", changes.forget_old(now=now()))


@app.task(name="inbox.subscribe", queueing_lock="inbox.subscribe")
def subscribe(timestamp: int) -> None:
    """Ask vendors to push, where they do not yet."""
    del timestamp
    if count := subscribing.subscribe_all():
        log.info("pushes: %s new subscriptions", count)


@app.task(name="inbox.forget_form_counts", queueing_lock="inbox.forget_form_counts")
def forget_form_counts(timestamp: int) -> None:
    """Drop how often contact forms were used, once it no longer matters."""
    del timestamp
    form_limits.forget_old(now=now())


@app.task(name="inbox.forget_bulk_changes", queueing_lock="inbox.forget_bulk_changes")
def forget_bulk_changes(timestamp: int) -> None:
    """Drop what verbs changed, once nobody can undo it any more."""
    del timestamp
    log.info("undoing: %s old changes dropped", bulk.forget_old(now=now()))


@app.task(name="inbox.forget_trials", queueing_lock="inbox.forget_trials")
def forget_trials(timestamp: int) -> None:
    """Drop accounts that were tried and never stored."""
    del timestamp
    trials.forget_old(now=now())


@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: object, timestamp: int) -> None:
    """Start jobs again whose worker died."""
    del timestamp
    manager = context.app.job_manager  # type: ignore[attr-defined]  # procrastinate's JobContext
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.task(name="people.forget_sessions", queueing_lock="people.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Drop log-ins that have run out."""
    del timestamp
    call_command("clearsessions", verbosity=0)
    for session in UserSession.objects.all().iterator():
        session.purge()


@app.task(name="jobs.remove_old", queueing_lock="jobs.remove_old", pass_context=True)
async def remove_old_jobs(context: object, timestamp: int) -> None:
    """Drop jobs that ended more than three days ago."""
    del timestamp
    manager = context.app.job_manager  # type: ignore[attr-defined]  # procrastinate's JobContext
    await manager.delete_old_jobs(nb_hours=72, include_failed=True)
