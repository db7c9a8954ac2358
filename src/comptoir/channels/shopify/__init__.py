"""Shopify shops: orders, customers, parcels, returns, refunds and disputes by the GraphQL Admin API.

Buyers write by mail, and are answered by mail: Shopify Inbox has no API.
"""
