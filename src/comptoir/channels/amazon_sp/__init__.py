"""Amazon by its Selling Partner API, in all regions: orders, returns, figures, review requests.

Buyers write by relay mail and are answered by mail: the API can send typed messages of its own, but
answer nobody (developer-docs.amazon.com, Messaging API use case guide).
"""
