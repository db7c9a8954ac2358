"""Addresses of a ticket, its parts and its verbs."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.web.views import files, originals, replies, tickets, verbs

of_message = [
    path("html", originals.show, name="original"),
    path("undo", replies.undo, name="undo_reply"),
    path("retry", replies.retry, name="retry_reply"),
    path("confirm-sent", replies.confirm_sent, name="confirm_sent"),
    path("confirm-not-sent", replies.confirm_not_sent, name="confirm_not_sent"),
]

of_ticket: list[URLPattern | URLResolver] = [
    path("", tickets.show, name="ticket"),
    path("/reply", replies.send, name="reply"),
    path("/answered-elsewhere", replies.record_elsewhere, name="answered_elsewhere"),
    path("/note", replies.write_note, name="note"),
    path("/draft", replies.keep_draft, name="draft"),
    path("/solve", verbs.solve_it, name="solve"),
    path("/reopen", verbs.reopen, name="reopen"),
    path("/take", verbs.take, name="take"),
    path("/assign", verbs.give, name="assign"),
    path("/wait", verbs.wait_for, name="wait"),
    path("/tier", verbs.correct_tier, name="tier"),
    path("/no-response", verbs.mark_no_response, name="no_response"),
    path("/no-response/confirm", verbs.confirm_no_response, name="confirm_no_response"),
    path("/no-response/undo", verbs.undo_no_response, name="undo_no_response"),
    path("/case-answered", verbs.answer_case, name="case_answered"),
    path("/return-decided", verbs.decide_return, name="return_decided"),
    path("/messages/<int:message_id>/", include(of_message)),
]

urlpatterns = [
    path("tickets/<int:ticket_id>", include(of_ticket)),
    path("files/<int:file_id>", files.hand_out, name="file"),
]
