"""What a mail is: its channel, its kind, its order and its thread. Decides nothing about a ticket."""

from comptoir.channels.mail.recognition.amazon import buyer_text, no_response_needed_link
from comptoir.channels.mail.recognition.channel import recognise
from comptoir.channels.mail.recognition.judgement import Judgement, judge
from comptoir.channels.mail.recognition.kinds import classify
from comptoir.channels.mail.recognition.orders import order_ids
from comptoir.channels.mail.recognition.threads import (
    Candidate,
    choose_thread,
    searched_orders,
    thread_keys,
)
from comptoir.channels.mail.recognition.values import Kind, KindName, Recognition, Role

__all__ = [
    "Candidate",
    "Judgement",
    "Kind",
    "KindName",
    "Recognition",
    "Role",
    "buyer_text",
    "choose_thread",
    "classify",
    "judge",
    "no_response_needed_link",
    "order_ids",
    "recognise",
    "searched_orders",
    "thread_keys",
]
