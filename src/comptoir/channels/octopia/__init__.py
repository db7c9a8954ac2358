"""Octopia: the marketplace platform of Cdiscount; discussions and orders as JSON."""
