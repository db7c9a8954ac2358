"""Customers and their orders as the channels report them. No messages."""
