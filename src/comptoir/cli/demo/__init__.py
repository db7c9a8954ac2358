"""The demo shop: who works there, what it sells where, and two weeks of its conversations. Content for a desk, no feature of one."""
