"""Addresses of a ticket, its parts and its verbs."""

from django.urls import path

from comptoir.web.views import (
    drafts,
    files,
    joining,
    originals,
    replies,
    tickets,
    undoable,
    verbs,
)

TICKET = "tickets/<int:ticket_id>"
MESSAGE = f"{TICKET}/messages/<int:message_id>"

urlpatterns = [
    path(TICKET, tickets.show, name="ticket"),
    path(f"{TICKET}/reply", replies.send, name="reply"),
    path(f"{TICKET}/answered-elsewhere", replies.record_elsewhere, name="answered_elsewhere"),
    path(f"{TICKET}/note", replies.write_note, name="note"),
    path(f"{TICKET}/draft", drafts.keep, name="draft"),
    path(f"{TICKET}/draft/read", drafts.read, name="read_draft"),
    path(f"{TICKET}/draft/files", drafts.add_file, name="draft_files"),
    path(f"{TICKET}/draft/older", drafts.choose_older, name="older_draft"),
    path(f"{TICKET}/draft/seen", drafts.forget_older, name="draft_seen"),
    path("draft-files/<int:file_id>", drafts.file, name="draft_file"),
    path(f"{TICKET}/solve", verbs.solve_it, name="solve"),
    path(f"{TICKET}/reopen", verbs.reopen, name="reopen"),
    path(f"{TICKET}/take", verbs.take, name="take"),
    path(f"{TICKET}/assign", verbs.give, name="assign"),
    path(f"{TICKET}/wait", verbs.wait_for, name="wait"),
    path(f"{TICKET}/tier", verbs.correct_tier, name="tier"),
    path(f"{TICKET}/tag", verbs.add_tag, name="tag"),
    path(f"{TICKET}/untag", verbs.remove_tag, name="untag"),
    path(f"{TICKET}/no-response", verbs.mark_no_response, name="no_response"),
    path(f"{TICKET}/no-response/confirm", verbs.confirm_no_response, name="confirm_no_response"),
    path(f"{TICKET}/no-response/undo", verbs.undo_no_response, name="undo_no_response"),
    path(f"{TICKET}/case-answered", verbs.answer_case, name="case_answered"),
    path(f"{TICKET}/return-decided", verbs.decide_return, name="return_decided"),
    path(f"{TICKET}/promise", joining.promise_answer, name="promise"),
    path(f"{TICKET}/promise/kept", joining.keep_promise, name="keep_promise"),
    path(f"{TICKET}/merge", joining.merge, name="merge"),
    path(f"{TICKET}/merge/found", joining.mergeable, name="mergeable"),
    path(f"{TICKET}/split", joining.split, name="split"),
    path(f"{TICKET}/joinings/<int:joining_id>/undo", joining.undo, name="undo_joining"),
    path(f"{TICKET}/changes/<int:change_id>/undo", undoable.undo, name="undo_change"),
    path(f"{MESSAGE}/html", originals.show, name="original"),
    path(f"{MESSAGE}/undo", replies.undo, name="undo_reply"),
    path(f"{MESSAGE}/send-now", replies.send_now, name="send_now"),
    path(f"{MESSAGE}/retry", replies.retry, name="retry_reply"),
    path(f"{MESSAGE}/confirm-sent", replies.confirm_sent, name="confirm_sent"),
    path(f"{MESSAGE}/confirm-not-sent", replies.confirm_not_sent, name="confirm_not_sent"),
    path("files/<int:file_id>", files.hand_out, name="file"),
]
