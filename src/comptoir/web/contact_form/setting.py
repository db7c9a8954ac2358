"""The settings of a contact form: what to copy into the shop's page, and the form itself to try."""

from __future__ import annotations

from django.conf import settings as configured
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.channels.contact_form.wording import wording
from comptoir.inbox.forms import finding, making
from comptoir.inbox.forms.finding import Form, NoForm
from comptoir.merchant.models import Connection, Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.contact_form.setting_forms import SPOKEN, NewForm, Settings, stored


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def make(request: HttpRequest) -> HttpResponse:
    """Make a form on one of the shop's channels."""
    typed = NewForm(request.POST if request.method == "POST" else None, initial=stored(None))
    if typed.is_bound and typed.is_valid():
        form = making.make(
            typed.cleaned_data["name"],
            int(typed.cleaned_data["channel"]),
            typed.settings(),
            by=person_of(request),
            now=clock.now(),
        )
        messages.success(request, _("The form is ready. Copy its line into your page."))
        return redirect("contact_form_settings", form.row.pk)
    context = {"form": typed, "channels": finding.answerable_channels()}
    status = 422 if typed.is_bound else 200
    return render(request, "settings/contact_form/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def change(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show a form's snippet, settings and preview; store other settings."""
    form = _form(connection_id)
    typed = Settings(request.POST if request.method == "POST" else None, initial=stored(form))
    if typed.is_bound and typed.is_valid():
        making.change(
            connection_id, typed.cleaned_data["name"], typed.settings(),
            by=person_of(request), now=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("contact_form_settings", connection_id)
    context = {
        "form": typed,
        "made": form,
        "is_answerable": finding.is_answerable(form.channel),
        "address": _address(form),
        "script": script_line(form),
        "plain": plain_form(form),
        "spoken": SPOKEN,
    }
    status = 422 if typed.is_bound else 200
    return render(request, "settings/contact_form/form.html", context, status=status)


def script_line(form: Form) -> str:
    """Write the one line that puts the form onto a page; without scripts it is a link."""
    address, words = _address(form), wording(form.settings.language)
    return (
        f'<script src="{address}.js" async></script>'
        f'<noscript><a href="{address}">{words.open_form}</a></noscript>'
    )


def plain_form(form: Form) -> str:
    """Write the same as plain HTML, to be styled by the shop; it asks for one more look before it is sent."""
    words = wording(form.settings.language)
    order = (
        f'  <label>{words.order} <input name="order_number"></label>\n'
        if form.settings.asks_order
        else ""
    )
    return (
        f'<form action="{_address(form)}" method="post" accept-charset="utf-8">\n'
        f'  <input type="hidden" name="lang" value="{form.settings.language}">\n'
        f'  <label>{words.name} <input name="name" autocomplete="name"></label>\n'
        f'  <label>{words.email} <input name="email" type="email" autocomplete="email" required></label>\n'
        f"{order}"
        f'  <label>{words.message} <textarea name="message" required></textarea></label>\n'
        f"  <button>{words.send}</button>\n"
        "</form>"
    )


def _form(connection_id: int) -> Form:
    try:
        return finding.of(Connection.objects.filter(pk=connection_id).first())
    except NoForm:
        raise Http404 from None


def _address(form: Form) -> str:
    return f"{configured.URL}/form/{form.key}"
