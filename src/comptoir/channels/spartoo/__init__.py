"""Spartoo: orders by form POST and XML. Its requests come by mail; the buyer is never addressed."""
