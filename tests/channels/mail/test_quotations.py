"""What buyers write, above and below and between what their mail programs repeat."""

from __future__ import annotations

import pytest

from comptoir.channels.mail.quotations import TextParts, new_text, split

OURS = "Bonjour, votre lampe Fjordlys est partie hier. Inès, Maison Perrin"
QUOTED = f"> {OURS}\n> \n> Suivi : 6A1234567890"


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 3 Nov 2025 at 10:12, Maison Perrin <service@maison-perrin.example> wrote:",
        "On Monday, November 3, 2025, 10:12:41 AM GMT+1, Maison Perrin <a@b.example> wrote:",
        "On Nov 3, 2025, at 10:12 AM, Maison Perrin <service@maison-perrin.example> wrote:",
        "On 3 Nov 2025 10:12, Maison Perrin <service@maison-perrin.example>\nwrote:",
        "On Mon, 3 Nov 2025 at 10:12, Service client de la Maison Perrin à Lyon <\n"
        "service@maison-perrin.example> wrote:",
        "On 03/11/2025 10:12, Maison Perrin wrote:",
        "Maison Perrin <service@maison-perrin.example> wrote:",
        "In a message dated 11/3/2025 10:12:00 AM, service@maison-perrin.example writes:",
        "Le lun. 3 nov. 2025 à 10:12, Maison Perrin <service@maison-perrin.example> a écrit :",
        "Le lun. 3 nov. 2025 à 10:12, Maison Perrin <service@maison-perrin.example>\na écrit :",
        "Le 03/11/2025 à 10:12, Maison Perrin a écrit\u00a0:",
        "Le lundi 3 novembre 2025 à 10:12:41 UTC+1, Maison Perrin <a@b.example> a écrit :",
        "Le 3 nov. 2025 à 10:12, Maison Perrin <service@maison-perrin.example> a écrit :",
        "Am Mo., 3. Nov. 2025 um 10:12 Uhr schrieb Maison Perrin <\n"
        "service@maison-perrin.example>:",
        "Am 03.11.2025 um 10:12 schrieb Maison Perrin:",
        "Am 3. November 2025 10:12:41 MEZ schrieb Maison Perrin <a@b.example>:",
        "Am Montag, 3. November 2025 um 10:12:41 MEZ hat Maison Perrin <a@b.example> "
        "Folgendes geschrieben:",
        "Maison Perrin <service@maison-perrin.example> schrieb am Mo., 3. Nov. 2025,\n10:12:",
        "El lun, 3 nov 2025 a las 10:12, Maison Perrin (<service@maison-perrin.example>)\n"
        "escribió:",
        "El 03/11/2025 a las 10:12, Maison Perrin escribió:",
        "El lunes, 3 de noviembre de 2025, 10:12:41 CET, Maison Perrin <a@b.example> escribió:",
        "Il giorno lun 3 nov 2025 alle ore 10:12 Maison Perrin <\n"
        "service@maison-perrin.example> ha scritto:",
        "Il 03/11/2025 10:12, Maison Perrin ha scritto:",
        "Il lunedì 3 novembre 2025 alle ore 10:12:41 CET, Maison Perrin <a@b.example> ha scritto:",
        "Em seg., 3 de nov. de 2025 às 10:12, Maison Perrin <a@b.example> escreveu:",
        "Op ma 3 nov 2025 om 10:12 schreef Maison Perrin <service@maison-perrin.example>:",
        "Op 3 nov. 2025 om 10:12 heeft Maison Perrin <a@b.example> het volgende geschreven:",
        "Den mån 3 nov. 2025 kl 10:12 skrev Maison Perrin <service@maison-perrin.example>:",
        "pon., 3 lis 2025 o 10:12 Maison Perrin <service@maison-perrin.example>\nnapisał(a):",
        "W dniu 3.11.2025 o 10:12, Maison Perrin pisze:",
        "ma 3. marrask. 2025 klo 10.12 Maison Perrin (a@b.example) kirjoitti:",
        "po 3. 11. 2025 v 10:12 odesílatel Maison Perrin <a@b.example> napsal:",
        "3 Kas 2025 Pzt 10:12 tarihinde Maison Perrin <a@b.example> şunu yazdı:",
        "пн, 3 нояб. 2025 г. в 10:12, Maison Perrin <service@maison-perrin.example>:",
        "2025年11月3日(月) 10:12 Maison Perrin <service@maison-perrin.example>:",
        "Maison Perrin <service@maison-perrin.example> 于2025年11月3日周一 10:12写道：",
        "---- On Mon, 03 Nov 2025 10:12:41 +0100 Maison Perrin <a@b.example> wrote ----",
    ],
)
def test_new_text_attribution_of_each_language_goes_with_its_quotation(attribution: str) -> None:
    text = f"Merci, bien reçue !\n\nCamille\n\n{attribution}\n\n{QUOTED}\n"

    parts = split(text)

    assert parts.new == "Merci, bien reçue !\n\nCamille"
    assert parts.quoted == f"{attribution}\n{QUOTED}"


@pytest.mark.parametrize(
    "header",
    [
        "From: Maison Perrin <service@maison-perrin.example>\nSent: Monday, November 3, 2025 10:12\n"
        "To: Sofia Ricci <sofia@example.com>\nSubject: Your order",
        "*From:* Maison Perrin\n*Sent:* Monday, November 3, 2025 10:12\n*To:* Sofia\n*Subject:* x",
        "From: Maison Perrin\nDate: Monday, 3 November 2025 at 10:12\nTo: Sofia\nSubject: x",
        "De : Maison Perrin <service@maison-perrin.example>\nEnvoyé : lundi 3 novembre 2025 10:12\n"
        "À : Sofia Ricci\nObjet : Votre commande",
        "De: Maison Perrin\nEnvoyé: lundi 3 novembre 2025 10:12\nÀ: Sofia\nCc: Inès\nObjet: x",
        "Von: Maison Perrin <service@maison-perrin.example>\nGesendet: Montag, 3. November 2025 10:12\n"
        "An: Sofia Ricci\nBetreff: Ihre Bestellung",
        'Gesendet: Montag, 03. November 2025 um 10:12 Uhr\nVon: "Perrin" <a@b.example>\n'
        "An: sofia@example.com\nBetreff: Ihre Bestellung",
        "-------- Message d'origine --------\nDe : Perrin <a@b.example>\n"
        "Date : 03/11/2025 10:12 (GMT+01:00)\nÀ : sofia@example.com\nObjet : Votre commande",
        "-----Original-Nachricht-----\nBetreff: x\nDatum: 2025-11-03T10:12\nVon: P\nAn: S",
        '----- Mail original -----\nDe: "Perrin" <a@b.example>\nÀ: S\nEnvoyé: hier\nObjet: x',
        "Von: Perrin <a@b.example>\nBetreff: x\nDatum: 3. November 2025 um 10:12:41 MEZ\nAn: S",
        "De: Maison Perrin\nEnviado: lunes, 3 de noviembre de 2025 10:12\nPara: Sofia\nAsunto: x",
        "De: Maison Perrin\nEnviado el: lunes, 3 de noviembre de 2025 10:12\nPara: Sofia\nAsunto: x",
        "Da: Maison Perrin\nInviato: lunedì 3 novembre 2025 10:12\nA: Sofia\nOggetto: x",
        "De: Maison Perrin\nEnviada em: segunda-feira, 3 de novembro de 2025\nPara: S\nAssunto: x",
        "Van: Maison Perrin\nVerzonden: maandag 3 november 2025 10:12\nAan: Sofia\nOnderwerp: x",
        "Från: Maison Perrin\nSkickat: den 3 november 2025 10:12\nTill: Sofia\nÄmne: x",
        "Fra: Maison Perrin\nSendt: mandag 3. november 2025 10:12\nTil: Sofia\nEmne: x",
        "Od: Maison Perrin\nWysłano: poniedziałek, 3 listopada 2025\nDo: Sofia\nTemat: x",
        "От: Maison Perrin\nОтправлено: 3 ноября 2025 г.\nКому: Sofia\nТема: x",
    ],
)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----\n\n"])
def test_new_text_header_block_of_each_language_ends_what_is_new(header: str, rule: str) -> None:
    text = f"The lamp arrived broken.\n\n{rule}{header}\n\n{OURS}\n"

    assert new_text(text) == "The lamp arrived broken."


@pytest.mark.parametrize(
    "separator",
    [
        "-----Original Message-----",
        "-------- Original Message --------",
        "-----Message d'origine-----",
        "-----Message d’origine-----",
        "-------- Message original --------",
        "-----Ursprüngliche Nachricht-----",
        "-------- Ursprüngliche Nachricht --------",
        "-----Mensaje original-----",
        "-------- Mensaje original --------",
        "-----Messaggio originale-----",
        "----Messaggio originale----",
        "-----Mensagem original-----",
        "-----Oorspronkelijk bericht-----",
        "-----Wiadomość oryginalna-----",
        "---------- Forwarded message ---------",
        "---------- Weitergeleitete Nachricht ---------",
        "---------- Message transféré ---------",
        "Begin forwarded message:",
        "Début du message réexpédié :",
        "##- Please type your reply above this line -##",
    ],
)
def test_new_text_separator_ends_what_is_new(separator: str) -> None:
    assert new_text(f"Wo bleibt sie?\n\n{separator}\n{OURS}\n") == "Wo bleibt sie?"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nSofia Ricci\nVia Roma 1, Torino",
        "--\nSofia Ricci\n+39 011 123456",
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Yahoo Mail on Android",
        "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
        "Get Outlook for Android",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon smartphone Samsung Galaxy.",
        "Envoyé à partir de Outlook pour Android",
        "Provenance : Courrier pour Windows",
        "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Von meinem/meiner Galaxy gesendet",
        "Gesendet von Outlook für Android",
        "Gesendet mit der GMX Mail App",
        "Gesendet mit Telekom Mail",
        "Von Yahoo Mail auf Android gesendet",
        "Inviato da Yahoo Mail su Android",
        "Gesendet von meinem Xiaomi-Handy",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Holen Sie sich Outlook für iOS",
        "Enviado desde mi iPhone",
        "Enviado desde mi Galaxy",
        "Obtener Outlook para Android",
        "Inviato da iPhone",
        "Inviato dal mio Galaxy",
        "Inviato da Outlook per Android",
        "Verstuurd vanaf mijn iPhone",
        "Enviado do meu iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "Virenfrei. www.avast.com",
        "This message is confidential and intended solely for the addressee. If you received this "
        "e-mail in error, please delete it.",
        "Ce message et ses pièces jointes sont confidentiels et destinés à leur seul destinataire ; "
        "si vous l'avez reçu par erreur, merci de le détruire.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind "
        "oder diese E-Mail irrtümlich erhalten haben, löschen Sie sie bitte.",
        "Este mensaje es confidencial y se dirige exclusivamente a su destinatario; si lo ha recibido "
        "por error, elimínelo.",
        "Le informazioni di questa e-mail sono riservate al destinatario; se l'avete ricevuta per "
        "errore siete pregati di eliminarla.",
    ],
)
def test_split_signature_is_told_from_the_message(signature: str) -> None:
    text = f"Grazie, tutto bene.\n\nSofia\n\n{signature}\n"

    parts = split(text)

    assert parts == TextParts("Grazie, tutto bene.\n\nSofia", "", signature)


def test_split_signature_above_a_quotation_is_found_too() -> None:
    text = f"Ja, bitte.\n\nVon meinem iPhone gesendet\n\nAm 03.11.2025 um 10:12 schrieb Perrin:\n{QUOTED}"

    assert split(text) == TextParts(
        "Ja, bitte.",
        f"Am 03.11.2025 um 10:12 schrieb Perrin:\n{QUOTED}",
        "Von meinem iPhone gesendet",
    )


def test_new_text_above_a_header_block_marked_as_quoted_is_alone() -> None:
    text = f"Merci !\n\n> Message du 03/11/25 10:12\n> De : Perrin\n> A : S\n>\n> {OURS}\n>\n>\n"

    assert new_text(text) == "Merci !"


def test_new_text_written_below_the_quotation_is_kept() -> None:
    text = f"Le 03/11/2025 à 10:12, Maison Perrin a écrit :\n{QUOTED}\n\nToujours rien reçu.\n"

    assert new_text(text) == "Toujours rien reçu."


def test_new_text_written_between_quoted_lines_is_kept_in_order() -> None:
    text = (
        "Hello Jonas,\n\nOn 3 Nov 2025, Maison Perrin <a@b.example> wrote:\n"
        "> Which lamp is broken?\n\nThe big one.\n\n> Do you want a refund?\n\nA new one, please.\n"
    )

    assert new_text(text) == "Hello Jonas,\n\nThe big one.\n\nA new one, please."


def test_new_text_answer_directly_below_a_quoted_line_is_kept() -> None:
    assert new_text("> Farbe?\nBlau\n> Größe?\nM") == "Blau\n\nM"


@pytest.mark.parametrize(
    "text",
    [
        "On this day\n\nI wrote something\n\nwhich was very interesting.",
        "On 12 March I wrote:\nplease cancel my order. Nobody answered.",
        "Ich habe am 12.03.2025 geschrieben:\nBitte stornieren. Keine Antwort!",
        "J'ai écrit le 12/03/2025 à votre collègue :\naucune réponse.",
        "From: Lyon\nwhen will it arrive?",
        "Date: 3 November\nOrder: 306-1234567-1234567\nProblem: broken",
        "Hello,\n- the lamp is broken\n- the box too\n\nBest regards\nSofia Ricci",
        "Sent by post on Monday, still not here.",
        "Envoyé par Chronopost le 3 mars, toujours rien.",
        "Sent it back last week. Please call my phone",
        "The price was\n----------\n20 EUR\n----------\nwhy 25 now?",
        "My order number is:\n306-1234567-1234567",
        "My address is sofia@example.com, please write to 12:30 at the latest:\nthanks",
        "Is this confidential?",
    ],
)
def test_new_text_of_a_message_without_quotation_is_the_message(text: str) -> None:
    assert new_text(text) == text


def test_split_nothing_but_a_quotation_is_shown_whole() -> None:
    assert split("> Only this.\n> Nothing else.") == TextParts(
        "> Only this.\n> Nothing else.", "", ""
    )


def test_split_nothing_but_a_signature_is_shown_whole() -> None:
    assert new_text("Sent from my iPhone") == "Sent from my iPhone"


def test_split_a_forwarded_mail_without_a_word_shows_what_was_forwarded() -> None:
    header = (
        "---------- Forwarded message ----------\nFrom: Noah Kent <noah@example.com>\n"
        "Date: Mon, Nov 3, 2025 at 10:12 AM\nSubject: Invoice\nTo: Lukas Brandt <l@example.com>"
    )

    assert split(f"{header}\n\nPlease pay this.\n") == TextParts("Please pay this.", header, "")


@pytest.mark.parametrize("text", ["", "\n\n", "   \n"])
def test_split_an_empty_text_gives_nothing(text: str) -> None:
    assert split(text) == TextParts("", "", "")


def test_split_windows_line_ends_are_understood() -> None:
    assert new_text("Danke\r\n\r\n-----Ursprüngliche Nachricht-----\r\nx\r\n") == "Danke"


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my desk, is much easier than my mobile phone.",
        "Here is the photo of the broken lamp:\nhttps://photos.example/abc",
        "On 3 May 2025 somebody wrote to service@maison-perrin.example and never got an answer",
        "On 03/05/2025 I called and mailed service@maison-perrin.example, and I was told:\nwait.",
        "| Lamp | 1 |\n| Vase | 2 |",
        "Bonjour,\n\nMon colis a été livré par erreur à un autre destinataire, un voisin que je ne "
        "connais pas. Que faire ?",
        "Hola,\n\nHan entregado el paquete por error a otro destinatario y está prohibido entrar en su "
        "casa sin permiso.",
    ],
)
def test_new_text_what_only_looks_like_the_work_of_a_program_is_kept(text: str) -> None:
    assert new_text(text) == text


def test_split_rule_above_a_header_block_belongs_to_the_quotation() -> None:
    quoted = "________________________________\nVon: Perrin\nGesendet: heute\nAn: Sofia\nBetreff: x"

    assert split(f"Danke!\n{quoted}\n\nHallo") == TextParts("Danke!", f"{quoted}\n\nHallo", "")
