"""Fixtures over the mail servers. A `conftest.py` that wants them imports them by name.

Servers are started once per test session, at their first use; users, mails and scripts are fresh
for each test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailservers.dovecot import Dovecot, MailUser, running_dovecot
from tests.mailservers.smtpsink import SmtpSink, running_smtp_sink
from tests.mailservers.tokens import TokenProvider, running_token_provider

# All that Dovecot offers but IDLE.
CAPABILITY_WITHOUT_IDLE = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ UIDPLUS SPECIAL-USE"


@pytest.fixture(scope="session")
def _token_provider() -> Iterator[TokenProvider]:
    with running_token_provider() as provider:
        yield provider


@pytest.fixture
def token_provider(_token_provider: TokenProvider) -> TokenProvider:
    """Give an OAuth provider that knows nobody yet."""
    _token_provider.clear()
    return _token_provider


@pytest.fixture(scope="session")
def dovecot(_token_provider: TokenProvider) -> Iterator[Dovecot]:
    """Give a running Dovecot with IDLE, TLS, STARTTLS and OAuth 2."""
    with running_dovecot(tokeninfo_url=_token_provider.tokeninfo_url) as server:
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
def _smtp_sink(dovecot: Dovecot) -> Iterator[SmtpSink]:
    with running_smtp_sink(dovecot.certificates) as sink:
        yield sink


@pytest.fixture
def smtp_sink(_smtp_sink: SmtpSink) -> SmtpSink:
    """Give an SMTP server that accepts everything and has nothing yet."""
    _smtp_sink.clear()
    return _smtp_sink
