"""What else people are warned of, besides clocks: each source reads facts and state, changes none.

A source gives news; recording them is the same for all. Its keys make it safe to look twice.
"""
