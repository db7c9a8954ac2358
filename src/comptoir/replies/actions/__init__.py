"""Verbs on templates and signatures."""
