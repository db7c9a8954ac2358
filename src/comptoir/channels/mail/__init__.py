"""The mail channel: IMAP in, SMTP out, and the understanding of a raw mail. Stores nothing."""
