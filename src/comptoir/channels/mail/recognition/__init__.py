"""What a mail is: its channel, its kind, its order and its thread. Decides nothing about a ticket."""

from comptoir.channels.mail.recognition.amazon import buyer_text, no_response_needed_link
from comptoir.channels.mail.recognition.channel import recognise
from comptoir.channels.mail.recognition.kinds import classify
from comptoir.channels.mail.recognition.orders import order_ids
from comptoir.channels.mail.recognition.reading import Reading, read_mail
from comptoir.channels.mail.recognition.threads import Candidate, choose_thread, thread_keys
from comptoir.channels.mail.recognition.values import Kind, KindName, Recognition, Role

__all__ = [
    "Candidate",
    "Kind",
    "KindName",
    "Reading",
    "Recognition",
    "Role",
    "buyer_text",
    "choose_thread",
    "classify",
    "no_response_needed_link",
    "order_ids",
    "read_mail",
    "recognise",
    "thread_keys",
]
