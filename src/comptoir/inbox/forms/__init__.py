"""Contact forms on the desk's side: taking what was typed, order look-ups, the buyer's own page.

Pages are in `web/contact_form`, what is typed is judged and read in `channels/contact_form`.
"""
