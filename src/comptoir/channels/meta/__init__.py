"""Instagram and Messenger: direct messages and public comments, by Meta's Graph API and webhooks."""
