"""Measurements: each prints its command, its ratios in one run, and where the time goes."""
