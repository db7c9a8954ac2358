"""Who reads a connection: one process, and any number of connections on one database session."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from comptoir.inbox.holding import LOCK_SPACE, Holder, only_here

pytestmark = pytest.mark.django_db(transaction=True)


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_one_process_has_a_connection_and_the_next_one_gets_it_afterwards() -> None:
    one, other = Holder(), Holder()
    held = one.take(7)

    assert held is not None
    assert (one.take(7), other.take(7)) == (None, None)
    one.give(held)
    assert other.take(7) is not None


def test_fifty_connections_are_held_on_one_session() -> None:
    holder = Holder()
    before = sessions()
    held = [holder.take(number) for number in range(50)]

    assert None not in held
    assert sessions() == before + 1
    for one in held:
        if one is not None:
            holder.give(one)
    assert sessions() == before


def test_a_session_that_broke_is_noticed_and_nothing_is_thought_held() -> None:
    holder = Holder()
    held = holder.take(7)
    assert held is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = %s",
            [LOCK_SPACE],
        )

    assert not holder.still(held)
    again = holder.take(7)
    assert again is not None
    assert holder.still(again)
    assert not holder.still(held)
    holder.give(held)
    assert holder.still(again)


def test_what_is_held_is_given_back_after_an_error() -> None:
    with pytest.raises(psycopg.Error), only_here(7):
        raise psycopg.OperationalError

    with only_here(7) as held:
        assert held is not None
