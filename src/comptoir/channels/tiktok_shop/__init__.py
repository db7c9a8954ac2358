"""TikTok Shop: buyers' chats, orders, returns and cancellations, by its Open API and webhooks."""
