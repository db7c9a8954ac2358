"""Pulling from a real Dovecot: every mail once, in order, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.mailservers.dovecot import Dovecot, MailUser, running_dovecot
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import letter, reading

from comptoir.channels.kernel.protocol import ChannelError, Page

pytestmark = pytest.mark.mailserver


def _contents(pages: list[Page]) -> list[bytes]:
    return [item.content for page in pages for item in page.items]


def test_pull_gives_mails_as_they_came_with_time_of_receipt(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    received_at = datetime(2026, 3, 2, 8, 30, 15, tzinfo=UTC)
    raw = letter(1, "Bonjour,\r\n.\r\nà bientôt")
    dovecot.deliver(perrin, raw, received_at=received_at)

    [page] = connectors(reading(dovecot, perrin)).pull({})

    [item] = page.items
    assert item.content == raw
    assert item.received_at == received_at
    validity = page.cursor["folders"]["INBOX"]["uidvalidity"]
    assert item.external_id == f"INBOX/{validity}/1"
    assert item.meta == {"folder": "INBOX", "size_bytes": len(raw), "truncated": False}


def test_pull_of_an_empty_mailbox_yields_nothing(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    assert list(connectors(reading(dovecot, perrin)).pull({})) == []


def test_pull_goes_on_after_its_cursor(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    connector = connectors(reading(dovecot, perrin))
    dovecot.deliver(perrin, letter(1))
    [first] = connector.pull({})
    nothing = list(connector.pull(first.cursor))
    dovecot.deliver(perrin, letter(2))
    dovecot.deliver(perrin, letter(3))

    [second] = connector.pull(first.cursor)

    assert nothing == []
    assert _contents([second]) == [letter(2), letter(3)]
    assert second.cursor["folders"]["INBOX"]["last_uid"] == 3


def test_pull_is_cut_into_pages_each_with_the_cursor_after_it(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    for number in range(1, 8):
        dovecot.deliver(perrin, letter(number))
    connector = connectors(reading(dovecot, perrin))

    pages = list(connector.pull({}, page_size=3))

    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert [page.cursor["folders"]["INBOX"]["last_uid"] for page in pages] == [3, 6, 7]
    assert [page.total_count for page in pages] == [7, 7, 7]
    assert _contents(pages) == [letter(number) for number in range(1, 8)]
    assert _contents(list(connector.pull(pages[0].cursor))) == _contents(pages[1:])


def test_pull_reads_several_folders_with_names_in_any_script(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    names = ("INBOX", "Büro/Amazon & Co", "Проверка", "メール", 'Mit "Zitat" \\ Strich')
    for number, name in enumerate(names):
        dovecot.deliver(perrin, letter(number), name)
    connector = connectors(reading(dovecot, perrin, folders=names))

    pages = list(connector.pull({}))

    assert _contents(pages) == [letter(number) for number in range(len(names))]
    assert [page.items[0].external_id.rsplit("/", 2)[0] for page in pages] == list(names)
    assert set(connector.folders()) == {*names, "Büro"} - {"Büro"}
    assert list(connector.pull(pages[-1].cursor)) == []


def test_pull_gives_the_same_mail_in_two_folders_twice_under_two_ids(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1))
    dovecot.deliver(perrin, letter(1), "Archiv")

    pages = list(connectors(reading(dovecot, perrin, folders=("INBOX", "Archiv"))).pull({}))

    assert _contents(pages) == [letter(1), letter(1)]
    assert len({item.external_id for page in pages for item in page.items}) == 2


def test_pull_starts_over_in_a_folder_that_was_made_anew(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1), "Amazon")
    dovecot.deliver(perrin, letter(2))
    connector = connectors(reading(dovecot, perrin, folders=("Amazon", "INBOX")))
    before = list(connector.pull({}))
    dovecot.delete_folder(perrin, "Amazon")
    dovecot.deliver(perrin, letter(3), "Amazon")

    after = list(connector.pull(before[-1].cursor))

    assert _contents(after) == [letter(3)]
    assert after[0].items[0].external_id != before[0].items[0].external_id
    places = after[-1].cursor["folders"]
    assert places["INBOX"] == before[-1].cursor["folders"]["INBOX"]
    assert places["Amazon"]["uidvalidity"] != before[0].cursor["folders"]["Amazon"]["uidvalidity"]


def test_pull_starts_over_in_a_folder_made_anew_between_two_pages(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    for number in (1, 2):
        dovecot.deliver(perrin, letter(number), "Amazon")
    dovecot.deliver(perrin, letter(3))
    connector = connectors(reading(dovecot, perrin, folders=("Amazon", "INBOX")))
    pages = connector.pull({}, page_size=1)
    first = next(pages)
    dovecot.delete_folder(perrin, "Amazon")
    dovecot.deliver(perrin, letter(4), "Amazon")
    list(connector.survey())  # opens the folder anew, as a lost connection would

    rest = list(pages)

    assert _contents([first]) == [letter(1)]
    assert _contents(rest) == [letter(4), letter(3)]
    assert list(connector.pull(rest[-1].cursor)) == []


def test_pull_passes_over_mails_deleted_meanwhile(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    for number in range(1, 7):
        dovecot.deliver(perrin, letter(number))
    connector = connectors(reading(dovecot, perrin))
    pages = connector.pull({}, page_size=2)
    first = next(pages)
    dovecot.expunge(perrin, "INBOX", "3:5")

    rest = list(pages)

    assert _contents([first, *rest]) == [letter(1), letter(2), letter(6)]
    assert rest[-1].cursor["folders"]["INBOX"]["last_uid"] == 6


def test_pull_reads_the_other_folders_before_it_reports_a_missing_one(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1))
    pages = connectors(reading(dovecot, perrin, folders=("Ebay", "INBOX"))).pull({})

    page = next(pages)
    with pytest.raises(ChannelError) as failure:
        next(pages)

    assert _contents([page]) == [letter(1)]
    assert (failure.value.code, failure.value.permanent) == ("folder_missing", False)


def test_pull_cuts_a_mail_of_60_mb_at_the_limit_and_says_so(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    huge = letter(1) + b"JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmls\r\n" * 1_000_000
    dovecot.drop(perrin, huge)
    dovecot.deliver(perrin, letter(2))
    connector = connectors(reading(dovecot, perrin, mail_bytes_max=10_000_000))

    pages = list(connector.pull({}))

    large, small = (item for page in pages for item in page.items)
    assert large.content == huge[:10_000_000]
    assert large.meta == {"folder": "INBOX", "size_bytes": len(huge), "truncated": True}
    assert small.content == letter(2)


def test_pull_gives_large_mails_whole_in_pages_that_fit_into_memory(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    large = (
        letter(1) + b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n" * 200_000
    )
    for _ in range(3):
        dovecot.drop(perrin, large)
    connector = connectors(reading(dovecot, perrin))

    pages = list(connector.pull({}))

    assert [len(page.items) for page in pages] == [2, 1]
    assert [page.cursor["folders"]["INBOX"]["last_uid"] for page in pages] == [2, 3]
    assert all(content == large for content in _contents(pages))
    assert not any(item.meta["truncated"] for page in pages for item in page.items)


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_pull_gives_a_mail_whole_at_the_edge_of_the_first_piece(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, extra: int
) -> None:
    beginning = letter(1)
    raw = beginning + b"x" * (256_000 + extra - len(beginning))
    dovecot.deliver(perrin, raw)

    [page] = connectors(reading(dovecot, perrin)).pull({})

    assert [(item.content == raw, item.meta["truncated"]) for item in page.items] == [(True, False)]


def test_pull_waits_for_a_server_that_restarts() -> None:
    from comptoir.channels.mail.connector import MailConnector
    from comptoir.channels.mail.settings import MailSecrets

    with running_dovecot() as server:
        user = server.add_user()
        for number in range(1, 5):
            server.deliver(user, letter(number))
        connector = MailConnector(reading(server, user), MailSecrets(user.password))
        pages = connector.pull({}, page_size=2)
        first = next(pages)
        server.stop()
        server.start()

        rest = list(pages)

        connector.close()
    assert _contents([first, *rest]) == [letter(number) for number in range(1, 5)]


def test_pull_gives_up_on_a_server_that_stays_away_within_bounded_time() -> None:
    from comptoir.channels.mail.connector import MailConnector
    from comptoir.channels.mail.settings import MailSecrets

    with running_dovecot() as server:
        user = server.add_user()
        server.deliver(user, letter(1))
        settings = reading(server, user, reconnect_seconds=0.6)
        connector = MailConnector(settings, MailSecrets(user.password))
        [page] = connector.pull({})
        server.stop()

        with pytest.raises(ChannelError) as failure:
            list(connector.pull(page.cursor))
        connector.close()

    assert (failure.value.code, failure.value.permanent) == ("unreachable", False)


def test_fetch_gives_one_mail_again_and_none_when_it_is_gone(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1))
    connector = connectors(reading(dovecot, perrin))
    [page] = connector.pull({})
    [item] = page.items

    again = connector.fetch(item.external_id)
    other_times = connector.fetch("INBOX/1/1")
    dovecot.expunge(perrin, "INBOX", "1")

    assert again == item
    assert other_times is None
    assert connector.fetch(item.external_id) is None


def test_two_mailboxes_are_read_side_by_side(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    fjordlys = dovecot.add_user()
    dovecot.deliver(perrin, letter(1))
    dovecot.deliver(fjordlys, letter(2))

    pages = [connectors(reading(dovecot, user)).pull({}) for user in (perrin, fjordlys)]

    assert [_contents(list(each)) for each in pages] == [[letter(1)], [letter(2)]]
