"""Tickets, messages, drafts, outbox rows, facts, outcomes and stored clocks, with the verbs that change them. Talks to no channel."""
