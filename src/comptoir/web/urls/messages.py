"""Addresses of first messages: find an order, write about it."""

from django.urls import path

from comptoir.web.views import beginning, outreach

MESSAGE = "orders/<int:order_id>/message"
OUTREACH = "orders/<int:order_id>/outreach"

urlpatterns = [
    path("message", beginning.find, name="new_message"),
    path(MESSAGE, beginning.write, name="message"),
    path(f"{MESSAGE}/draft", beginning.keep, name="message_draft"),
    path(f"{MESSAGE}/draft/read", beginning.read, name="read_message_draft"),
    path(f"{MESSAGE}/draft/files", beginning.add_file, name="message_files"),
    path(f"{MESSAGE}/draft/older", beginning.choose_older, name="older_message"),
    path(f"{MESSAGE}/draft/seen", beginning.forget_older, name="message_seen"),
    path(OUTREACH, outreach.show_of_order, name="outreach_of_order"),
    path(f"{OUTREACH}/send", outreach.say_of_order, name="say_outreach_of_order"),
    path(
        f"{OUTREACH}/<int:outreach_id>/settle",
        outreach.settle_of_order,
        name="settle_outreach_of_order",
    ),
]
