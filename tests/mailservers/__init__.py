"""Real mail servers on loopback for tests, and mailboxes ready to connect to. Holds no tests."""
