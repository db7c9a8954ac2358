"""Finding a ticket by anything somebody remembers of it; not the lists that agents work through.

One document a ticket: the folded words of all its messages, people, numbers, articles and files,
and what it is filtered by, as lexemes of one `tsvector` (`documents`). They are written after the
commit by the worker (`indexing`). What a person types is read by `asking`, turned into a query of
PostgreSQL by `planning` with the help of a table of all words, and answered by `finding`.
"""
