"""Amazon's frame, and the only link of a mail that may be used."""

import pytest

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.recognition import (
    Recognition,
    Role,
    buyer_text,
    no_response_needed_link,
)

AMAZON = Recognition("amazon", Role.BUYER_RELAY)
LINE = "-------------"
LINK = "https://sellercentral.amazon.de/messaging/no-response-needed?t=A1&h=0&s=1"


def framed(begin, end, words="Wo bleibt mein Paket?", footer=""):
    return f"Sie haben eine Nachricht.\n\n{LINE} {begin} {LINE}\n\n{words}\n\n{LINE} {end} {LINE}\n\n{footer}\n"


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("Nachricht:", "Ende der Nachricht"),
        ("Message:", "End message"),
        ("Begin message", "End message"),
        ("Message :", "Fin du message"),
        ("Mensaje:", "Fin del mensaje"),
        ("Messaggio:", "Fine del messaggio"),
        ("Mensagem:  ", "Encerrar mensagem"),
        ("Bericht:", "Einde van bericht"),
    ],
)
def test_buyer_text_is_what_stands_between_the_dashed_lines(begin, end):
    assert buyer_text(Mail(text=framed(begin, end)), AMAZON) == "Wo bleibt mein Paket?"


def test_buyer_text_on_one_line_as_html_gives_it():
    text = f"Hallo, {LINE} Nachricht: {LINE} Gibt es das in Blau? {LINE} Ende der Nachricht {LINE} Gruss"

    assert buyer_text(Mail(text=text), AMAZON) == "Gibt es das in Blau?"


def test_dashed_lines_of_the_buyer_stay_inside():
    words = f"Hallo\n{LINE} Ende der Nachricht {LINE}\nnoch etwas"

    assert buyer_text(Mail(text=framed("Nachricht:", "Ende", words)), AMAZON) == words


def test_missing_end_line_is_made_up_for_by_the_footer():
    text = f"{LINE} Nachricht: {LINE}\nGibt es das?\n\nhttps://sellercentral.amazon.de/x"

    assert buyer_text(Mail(text=text), AMAZON) == "Gibt es das?"


def test_text_without_frame_or_of_another_channel_stays_whole():
    text = framed("Nachricht:", "Ende der Nachricht")

    assert buyer_text(Mail(text="Hallo"), AMAZON) == "Hallo"
    assert buyer_text(Mail(text=text), Recognition("ebay", Role.BUYER_RELAY)) == text


def test_link_below_the_end_line_is_found_in_text_and_html():
    text = framed("Nachricht:", "Ende", footer=f"Fall lösen {LINK}")
    html = (
        f"<p>{LINE} Nachricht: {LINE}</p><p>Hallo</p><p>{LINE} Ende {LINE}</p>"
        f'<a href="{LINK.replace("&", "&amp;")}">Fall lösen</a>'
    )

    assert no_response_needed_link(Mail(text=text), AMAZON) == LINK
    assert no_response_needed_link(Mail(text="Hallo", html=html), AMAZON) == LINK


@pytest.mark.parametrize(
    "footer",
    [
        "https://sellercentral.amazon.de.evil.example/messaging/no-response-needed?t=A1",
        "https://evil.example/messaging/no-response-needed?t=A1",
        "https://sellercentral.amazon.de@evil.example/messaging/no-response-needed?t=A1",
        "http://sellercentral.amazon.de/messaging/no-response-needed?t=A1",
        "https://sellercentral.amazon.de/messaging/inbox?t=A1",
        "https://[broken/messaging/no-response-needed",
        "",
    ],
)
def test_link_of_a_foreign_host_or_path_is_not_used(footer):
    mail = Mail(text=framed("Nachricht:", "Ende", footer=footer))

    assert no_response_needed_link(mail, AMAZON) == ""


def test_link_in_the_buyers_words_is_never_used():
    words = f"bitte {LINK}"
    html = f"<p>{LINE} Nachricht: {LINE}</p>x<p>{LINE} Ende {LINE}</p><a href='{LINK}'>x</a>"

    assert no_response_needed_link(Mail(text=framed("Nachricht:", "Ende", words)), AMAZON) == ""
    assert (
        no_response_needed_link(Mail(text=framed("Nachricht:", "Ende", words), html=html), AMAZON)
        == ""
    )


def test_many_dashes_cost_no_time():
    assert buyer_text(Mail(text="-" * 150_000), AMAZON) == "-" * 150_000
