"""The JSON interface for other programs: addresses, tokens at the door, answers. Decides nothing itself."""
