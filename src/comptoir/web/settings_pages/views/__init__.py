"""The views of these pages: input into values, one call, the answer. No rules of their own."""
