"""Who may open a page: the roles' order is the merchant's, turning people away is ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from comptoir.merchant.models import Person, Role
from comptoir.merchant.rights import Rights

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def needs(role: Role) -> Callable[[View[Given]], View[Given]]:
    """Open a view to people of that role and above: others see a 403 page, visitors the log-in."""

    def guarded(view: View[Given]) -> View[Given]:
        @wraps(view)
        def checked(
            request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not person_of(request).is_at_least(role):
                raise PermissionDenied(role)
            return view(request, *args, **kwargs)

        return cast(View[Given], checked)

    return guarded


def person_of(request: HttpRequest) -> Person:
    """Give who asks; only for views that `needs` guards."""
    return cast(Person, request.user)


def rights_of(request: HttpRequest) -> Rights:
    """Give what they may do; only for views that `needs` guards."""
    rights: Any = request.rights  # type: ignore[attr-defined]  # set by PersonMiddleware
    return cast(Rights, rights)
