"""Intake from the channels, routing to tickets, the queue, and delivery of the outbox. No pages."""
