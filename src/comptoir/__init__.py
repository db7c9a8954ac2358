"""Comptoir: every buyer message of every sales channel in one inbox, with the clocks that count."""
