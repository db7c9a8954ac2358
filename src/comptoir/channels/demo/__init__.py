"""A channel that plays buyers and marketplaces for the demo shop. Talks to nobody outside."""
