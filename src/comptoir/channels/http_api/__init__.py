"""Anything else: a program of the merchant's own puts messages and orders in and takes replies out."""
