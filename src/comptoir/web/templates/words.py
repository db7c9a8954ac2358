"""What the pages about templates say: refusals, and the names of languages."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.replies.errors import NotKept
from comptoir.web.present import variables
from comptoir.web.present.templates import language_word


def explain(refused: NotKept) -> str:
    """Say why nothing was kept, and what to do."""
    values = refused.values
    match refused.code:
        case "name_missing":
            return _("Give the template a name: you will find it by that.")
        case "name_taken":
            return _("There is a template called “%(name)s” in that folder already.") % values
        case "text_missing":
            return _("Write the text in one language at least.")
        case "too_long":
            return _("Too long: %(limit)s characters at most.") % values
        case "signature_variable":
            return (
                _(
                    "%(source)s cannot stand in a signature. Allowed are {{ agent.name }}, "
                    "{{ agent.first_name }}, {{ brand.name }} and {{ channel.name }}."
                )
                % values
            )
        case "problems":
            return " ".join(variables.say(problem) for problem in values["problems"])
        case "columns_missing":
            return _("The file needs the columns “name”, “language” and “text”.")
        case "file_unreadable":
            return _(
                "This is neither CSV nor JSON that can be read. Save it as UTF-8 and try again."
            )
        case "file_too_large":
            return _("The file is too large: %(limit)s MB at most.") % values
        case _:
            return _("There is no such template, or it is somebody else's own.")


def language(code: str) -> str:
    """Name a language in the reader's own."""
    return language_word(code, get_language() or "en")
