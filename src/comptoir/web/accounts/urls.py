"""Addresses of the doors, of people's own pages and of the settings about people.

Of allauth only what a desk by invitation needs: no sign-up, no e-mail addresses, no reset by mail.
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from comptoir.web.accounts.views import (
    api_tokens,
    audit,
    duty,
    entrance,
    home,
    people,
    profile,
    security,
    teams,
)

doors = [
    path("welcome/<str:token>", entrance.welcome, name="welcome"),
    path("invitation/<str:token>", entrance.accept, name="accept_invitation"),
    path("password/<str:token>", entrance.choose_password, name="choose_password"),
]

own: list[URLPattern | URLResolver] = [
    path("profile/", profile.show, name="profile"),
    path("hours/", duty.show_own, name="own_hours"),
    path("login/", entrance.LogIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/webauthn/", security.Keys.as_view(), name="mfa_list_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", security.Browsers.as_view(), name="usersessions_list"),
]

settings = [
    path("people", people.show_list, name="people"),
    path("people/invite", people.invite, name="invite_person"),
    path("people/<int:person_id>", people.show, name="person"),
    path("people/<int:person_id>/hours", duty.show, name="person_hours"),
    path("people/<int:person_id>/absences", duty.add_absence, name="add_absence"),
    path("absences/<int:absence_id>/remove", duty.remove_absence, name="remove_absence"),
    path("people/<int:person_id>/deactivate", people.deactivate, name="deactivate_person"),
    path("people/<int:person_id>/reactivate", people.reactivate, name="reactivate_person"),
    path(
        "people/<int:person_id>/second-factor/remove",
        people.remove_second_factor,
        name="remove_second_factor",
    ),
    path("people/<int:person_id>/password-link", people.make_password_link, name="password_link"),
    path("invitations/<int:invitation_id>/renew", people.renew_invitation, name="renew_invitation"),
    path(
        "invitations/<int:invitation_id>/withdraw",
        people.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("teams", teams.show_list, name="teams"),
    path("teams/create", teams.create, name="create_team"),
    path("teams/<int:team_id>", teams.show, name="team"),
    path("teams/<int:team_id>/remove", teams.remove, name="remove_team"),
    path("api", api_tokens.show_list, name="api_tokens"),
    path("api/make", api_tokens.make, name="make_api_token"),
    path("api/<int:token_id>/revoke", api_tokens.revoke, name="revoke_api_token"),
    path("audit", audit.show, name="audit"),
]

urlpatterns = [
    *doors,
    path("account/", include(own)),
    path("settings", home.settings, name="settings"),
    path("settings/", include(settings)),
]
