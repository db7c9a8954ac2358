"""The contact form of the merchant's own web site: what is typed there, judged and read."""
