"""Listening: news is noticed at once with IDLE, soon without, and never overslept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from tests.mailservers.dovecot import Dovecot, MailUser, running_dovecot
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import letter, reading

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.connector import MailConnector
from comptoir.channels.mail.settings import MailSecrets

pytestmark = pytest.mark.mailserver


def _seconds_until_heard(
    connector: MailConnector, happen: Callable[[], None], after_seconds: float = 0.4
) -> float:
    """Listen, let something happen meanwhile, and tell how long after it listening ended."""
    heard: list[tuple[bool, float]] = []

    def listen() -> None:
        heard.append((connector.listen(threading.Event(), 15), time.monotonic()))

    thread = threading.Thread(target=listen)
    thread.start()
    time.sleep(after_seconds)
    happen()
    happened_at = time.monotonic()
    thread.join(20)
    [(news, heard_at)] = heard
    assert news is True
    return heard_at - happened_at


def test_listen_wakes_up_within_a_second_by_idle(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    list(connector.pull({}))
    connector.listen(threading.Event(), 0)

    seconds = _seconds_until_heard(connector, lambda: dovecot.deliver(perrin, letter(1)))

    assert seconds < 1.0
    assert len(list(connector.pull({}))) == 1


def test_listen_hears_what_came_before_it_began(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    list(connector.pull({}))
    dovecot.deliver(perrin, letter(1))

    assert connector.listen(threading.Event(), 5) is True
    assert connector.listen(threading.Event(), 0.2) is False


def test_listen_without_a_pull_before_asks_for_one_and_then_waits(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))

    assert connector.listen(threading.Event(), 5) is True
    assert connector.listen(threading.Event(), 0.2) is False


def test_listen_ends_when_time_is_up_and_idle_was_renewed(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin, idle_seconds=1.0))
    list(connector.pull({}))
    began_at = time.monotonic()

    news = connector.listen(threading.Event(), 2.5)

    assert news is False
    assert 2.4 < time.monotonic() - began_at < 4.0


def test_listen_ends_soon_after_stop(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    list(connector.pull({}))
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began_at = time.monotonic()

    news = connector.listen(stop, 30)

    assert news is False
    assert time.monotonic() - began_at < 2.0


def test_listen_ends_when_the_connector_is_closed(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    list(connector.pull({}))
    threading.Timer(0.3, connector.close).start()
    began_at = time.monotonic()

    news = connector.listen(threading.Event(), 30)

    assert news is False
    assert time.monotonic() - began_at < 2.0


def test_listen_looks_at_the_other_folders_now_and_then(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1), "Amazon")
    connector = connectors(reading(dovecot, perrin, folders=("INBOX", "Amazon"), poll_seconds=1.0))
    list(connector.pull({}))

    seconds = _seconds_until_heard(connector, lambda: dovecot.deliver(perrin, letter(2), "Amazon"))

    assert seconds < 2.5


def test_listen_looks_now_and_then_where_idle_is_missing(
    dovecot_without_idle: Dovecot, connectors: Connectors
) -> None:
    user = dovecot_without_idle.add_user()
    connector = connectors(reading(dovecot_without_idle, user, poll_seconds=0.5))
    list(connector.pull({}))

    seconds = _seconds_until_heard(connector, lambda: dovecot_without_idle.deliver(user, letter(1)))

    assert seconds < 2.0
    with dovecot_without_idle.client(user) as client:
        assert "IDLE" not in client.capabilities


def test_listen_hears_of_a_folder_made_anew(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1), "Amazon")
    connector = connectors(reading(dovecot, perrin, folders=("Amazon",)))
    list(connector.pull({}))
    dovecot.delete_folder(perrin, "Amazon")
    time.sleep(1.1)  # Dovecot's UIDVALIDITY counts seconds
    dovecot.deliver(perrin, letter(1), "Amazon")

    assert connector.listen(threading.Event(), 5) is True


def test_listen_with_a_missing_first_folder_still_watches_the_others(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin, folders=("Ebay", "INBOX")))
    with pytest.raises(ChannelError):
        list(connector.pull({}))

    seconds = _seconds_until_heard(connector, lambda: dovecot.deliver(perrin, letter(1)))

    assert seconds < 1.0


def test_listen_goes_on_after_the_server_restarted() -> None:
    with running_dovecot() as server:
        user = server.add_user()
        connector = MailConnector(reading(server, user), MailSecrets(user.password))
        list(connector.pull({}))

        def restart_and_deliver() -> None:
            server.stop()
            server.start()
            server.deliver(user, letter(1))

        seconds = _seconds_until_heard(connector, restart_and_deliver)
        connector.close()

    assert seconds < 4.0


def test_reading_and_sending_go_on_while_another_thread_listens(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    list(connector.pull({}))
    stop = threading.Event()
    thread = threading.Thread(target=connector.listen, args=(stop, 30))
    thread.start()
    time.sleep(0.3)
    began_at = time.monotonic()

    folders = connector.folders()

    assert folders == ("INBOX",)
    assert time.monotonic() - began_at < 1.0
    stop.set()
    thread.join(5)
