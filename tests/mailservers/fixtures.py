"""Fixtures over the mail servers. A `conftest.py` that wants them imports them by name.

Servers are started once per test session, at their first use; users, mails and scripts are fresh
for each test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from comptoir.channels.mail.connector import MailConnector
from comptoir.channels.mail.settings import MailSecrets, MailSettings
from tests.mailservers.dovecot import Dovecot, MailUser, running_dovecot
from tests.mailservers.smtpsink import SmtpSink, running_smtp_sink
from tests.mailservers.tokens import TokenProvider, running_token_provider

Connectors = Callable[..., MailConnector]
"""`connectors(settings, password=…)` or `connectors(settings, oauth=…)`."""

# All that Dovecot offers but IDLE.
CAPABILITY_WITHOUT_IDLE = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ UIDPLUS SPECIAL-USE"


@pytest.fixture(scope="session")
def session_token_provider() -> Iterator[TokenProvider]:
    with running_token_provider() as provider:
        yield provider


@pytest.fixture
def token_provider(session_token_provider: TokenProvider) -> TokenProvider:
    """Give an OAuth provider that knows nobody yet."""
    session_token_provider.clear()
    return session_token_provider


@pytest.fixture(scope="session")
def dovecot(session_token_provider: TokenProvider) -> Iterator[Dovecot]:
    """Give a running Dovecot with IDLE, TLS, STARTTLS and OAuth 2."""
    with running_dovecot(tokeninfo_url=session_token_provider.tokeninfo_url) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot_without_idle() -> Iterator[Dovecot]:
    """Give a running Dovecot that cannot announce news."""
    with running_dovecot(capability=CAPABILITY_WITHOUT_IDLE) as server:
        yield server


@pytest.fixture
def perrin(dovecot: Dovecot) -> MailUser:
    """Give an empty mailbox of Maison Perrin."""
    return dovecot.add_user()


@pytest.fixture(scope="session")
def session_smtp_sink(dovecot: Dovecot) -> Iterator[SmtpSink]:
    with running_smtp_sink(dovecot.certificates) as sink:
        yield sink


@pytest.fixture
def smtp_sink(session_smtp_sink: SmtpSink) -> SmtpSink:
    """Give an SMTP server that accepts everything and has nothing yet."""
    session_smtp_sink.clear()
    return session_smtp_sink


@pytest.fixture
def connectors() -> Iterator[Connectors]:
    """Give a maker of connectors that are closed when the test ends."""
    made: list[MailConnector] = []

    def make(
        settings: MailSettings, password: str = "le-bon-mot-de-passe", **more: object
    ) -> MailConnector:
        connector = MailConnector(settings, MailSecrets(password=password, **more))  # type: ignore[arg-type]
        made.append(connector)
        return connector

    yield make
    for connector in made:
        connector.close()
