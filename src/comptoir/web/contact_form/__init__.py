"""The contact form as buyers meet it, the page of their conversation, and the form's settings.

Buyers have no account here: these pages know no person, set no cookie, and speak five languages by
words of their own (`channels/contact_form/words`), not the desk's.
"""
