"""Addresses of working together: who is here, putting off, following, leaving to others."""

from django.urls import path

from comptoir.web.urls.tickets import TICKET
from comptoir.web.views import presence, together

urlpatterns = [
    path(f"{TICKET}/snooze", together.put_off, name="snooze"),
    path(f"{TICKET}/wake", together.bring_back, name="wake"),
    path(f"{TICKET}/follow", together.follow_it, name="follow"),
    path(f"{TICKET}/unfollow", together.unfollow, name="unfollow"),
    path(f"{TICKET}/skip", together.leave_to_others, name="skip"),
    path(f"{TICKET}/team", together.give_to_team, name="give_to_team"),
    path(f"{TICKET}/here", presence.say, name="here"),
    path(f"{TICKET}/who", presence.who, name="who_is_here"),
    path(f"{TICKET}/colleagues", presence.colleagues, name="colleagues"),
]

beside = [
    path("presence", presence.everywhere, name="presence"),
    path("mentions", together.mentions, name="mentions"),
]
