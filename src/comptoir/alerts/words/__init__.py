"""An alert in words: what happened, what it does to the deadline, what to do.

For pages, mail and chat alike, in the language that is active. No buyer's name and no buyer's words.
"""

from comptoir.alerts.words.said import Said
from comptoir.alerts.words.say import say

__all__ = ["Said", "say"]
