"""What a buyer's text says: topics, risk, whether an answer is expected. Pure; the words are passed in."""

from comptoir.core.understanding.assess import Evidence, Understanding, assess
from comptoir.core.understanding.phrasebook import Phrasebook, compile_phrasebook
from comptoir.core.understanding.vocabulary import Vocabulary

__all__ = [
    "Evidence",
    "Phrasebook",
    "Understanding",
    "Vocabulary",
    "assess",
    "compile_phrasebook",
]
