"""Reads about the merchant's side; nothing here changes anything."""
