"""eBay: conversations, orders, payment disputes, feedback and seller standards, by eBay's REST APIs."""
