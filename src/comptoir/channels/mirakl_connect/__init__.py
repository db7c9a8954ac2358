"""Mirakl Connect: one account for the seller's shops at all operators, with an inbox made for programs."""
