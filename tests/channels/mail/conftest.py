"""The mail servers that these tests talk to."""

from tests.mailservers.fixtures import (  # noqa: F401
    connectors,
    dovecot,
    dovecot_without_idle,
    perrin,
    session_smtp_sink,
    session_token_provider,
    smtp_sink,
    token_provider,
)
