"""`comptoir mail inspect`, as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from comptoir.cli.mail import mail

SAMPLES = Path(__file__).parents[1] / "channels" / "mail" / "samples"
PROMISED = {
    "file", "marketplace", "channel_evidence", "kind", "from_address", "from_name", "buyer_alias",
    "subject", "order_ids", "sent_at", "language", "text", "new_text", "attachments", "risk",
    "intents", "needs_reply", "thread_keys", "problems",
}  # fmt: skip


def run(*arguments, stdin=None):
    found = CliRunner().invoke(mail, ["inspect", *map(str, arguments)], input=stdin)
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines()]


def test_inspect_prints_one_object_a_file():
    status, lines = run(SAMPLES / "amazon_it_claim_threat.eml", SAMPLES / "ebay_question.eml")

    assert status == 0
    assert [line["marketplace"] for line in lines] == ["amazon", "ebay"]
    assert set(lines[0]) >= PROMISED
    assert lines[0]["risk"] == {"tier": 1, "reasons": ["a_to_z_claim_announced"]}
    assert lines[0]["new_text"] == "Se non rispondete entro domani apro un reclamo dalla A alla Z."
    assert lines[0]["sent_at"] == "2026-03-02T08:14:00Z"
    assert lines[0]["thread_keys"] == [
        "alias:amazon:q9w8e7r6t5@marketplace.amazon.it",
        "order:amazon:402-1112223-4445556",
        "name:amazon:giulia neri",
    ]


def test_inspect_claim_is_tier_0_with_its_deadline():
    _, [line] = run(SAMPLES / "amazon_it_claim_without_claim_in_subject.eml")

    assert (line["kind"], line["risk"]["tier"]) == ("claim", 0)
    assert line["answer_within_hours"] == 72.0
    assert line["needs_reply"] is True


def test_inspect_names_an_unknown_channel_unknown():
    _, [line] = run(SAMPLES / "carrier_noreply.eml")

    assert (line["marketplace"], line["kind"]) == ("unknown", "notification")


def test_inspect_reads_standard_input():
    raw = (SAMPLES / "direct_customer.eml").read_bytes()
    status, [line] = run("-", stdin=raw)

    assert (status, line["file"], line["intents"]) == (0, "-", ["invoice_request"])


def test_inspect_file_that_cannot_be_read_gives_an_error_in_its_place(tmp_path):
    missing = tmp_path / "missing.eml"
    status, lines = run(missing, tmp_path, SAMPLES / "direct_customer.eml")

    assert status == 1
    assert lines[0] == {"file": str(missing), "error": "No such file or directory"}
    assert lines[1] == {"file": str(tmp_path), "error": "Is a directory"}
    assert lines[2]["marketplace"] == "generic_email"


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, b"\xff\xfe garbage", b"From: <<<>>>\n\nx"])
def test_inspect_gives_what_can_be_read_of_a_broken_mail(tmp_path, raw):
    path = tmp_path / "broken.eml"
    path.write_bytes(raw)
    status, [line] = run(path)

    assert status == 0
    assert line["marketplace"] == "unknown"


def test_inspect_own_address_tells_copies_apart():
    _, [line] = run(
        "--own", "Kundenservice@maison-perrin.example", SAMPLES / "own_copy_to_relay.eml"
    )

    assert (line["kind"], line["marketplace"]) == ("reply_copy", "amazon")


def test_inspect_lists_attachments(tmp_path):
    path = tmp_path / "list.eml"
    path.write_bytes(
        b"From: a@posteo.example\nSubject: photo\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nSee\n'
        b'--B\nContent-Type: text/csv; name="a.csv"\nContent-Disposition: attachment;'
        b' filename="a.csv"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--B--\n'
    )
    _, [line] = run(path)

    assert line["attachments"] == [{"name": "a.csv", "type": "text/csv", "bytes": 5}]


def test_inspect_without_files_is_refused():
    assert CliRunner().invoke(mail, ["inspect"]).exit_code == 2


def test_inspect_help_shows_an_example():
    assert "Example" in CliRunner().invoke(mail, ["inspect", "--help"]).output


def test_inspect_needs_neither_django_nor_a_database():
    code = (
        "import sys; from comptoir.cli.mail import mail; mail(['inspect', sys.argv[1]],"
        " standalone_mode=False)"
    )
    check = f"import sys\ntry:\n    exec({code!r})\nexcept SystemExit: pass\nprint(sorted(m for m in sys.modules if m in ('django', 'psycopg')))"
    found = subprocess.run(
        [sys.executable, "-c", check, str(SAMPLES / "direct_customer.eml")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert found.stdout.splitlines()[-1] == "[]"
