"""Rakuten France: after-sale messages, claims and sales, as XML over GET."""
