"""The merchant: brands, people, teams and rights; connections, channels, credentials and their health. No messages."""
