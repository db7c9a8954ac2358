"""Connecting accounts of marketplaces and shops by their API: pages made from the connectors' cards."""
