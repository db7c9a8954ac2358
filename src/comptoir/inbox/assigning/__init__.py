"""Giving tickets by itself: by the rules of the desk, and on when whoever had one is away."""
