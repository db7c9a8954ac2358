"""Fnac and Darty: the marketplace API of Fnac Darty, XML over HTTPS."""
