"""Real mail servers on loopback for tests: Dovecot, an SMTP sink, certificates. No tests and no code of the product."""
