"""Walmart Marketplace: orders, returns and the response rate by API; messages by relay mail."""
