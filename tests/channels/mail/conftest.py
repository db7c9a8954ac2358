"""The mail servers that these tests talk to."""

from tests.mailservers.fixtures import (  # noqa: F401
    _smtp_sink,
    _token_provider,
    connectors,
    dovecot,
    dovecot_without_idle,
    perrin,
    smtp_sink,
    token_provider,
)
