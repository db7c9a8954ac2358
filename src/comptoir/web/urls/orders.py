"""Addresses of a ticket's order, customer and attachments."""

from django.urls import path

from comptoir.web.views import files, orders, outreach

TICKET = "tickets/<int:ticket_id>"

urlpatterns = [
    path(f"{TICKET}/order", orders.link, name="link_order"),
    path(f"{TICKET}/order/off", orders.unlink, name="unlink_order"),
    path(f"{TICKET}/orders", orders.find, name="find_orders"),
    path(f"{TICKET}/customer", orders.correct_buyer, name="correct_buyer"),
    path(f"{TICKET}/customer/same", orders.same_person, name="same_person"),
    path(f"{TICKET}/messages/<int:message_id>/files.zip", files.all_of_message, name="all_files"),
    path(f"{TICKET}/customer/merge", orders.merge_customers, name="merge_customers"),
    path(f"{TICKET}/outreach", outreach.show, name="outreach"),
    path(f"{TICKET}/outreach/send", outreach.say, name="say_outreach"),
    path(f"{TICKET}/outreach/<int:outreach_id>/settle", outreach.settle, name="settle_outreach"),
    path(f"{TICKET}/customer/part", orders.part_customers, name="part_customers"),
]
