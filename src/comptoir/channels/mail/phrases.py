"""What mail programs write around quotations and below messages, language by language.

Only data, and patterns made of it. Every pattern is matched on one short line, so that none takes
longer than its line is long.
"""

from __future__ import annotations

import re

WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|geschrieben|a écrit|a ecrit|écrit|escribió|escribio|escribe"
    r"|ha escrito|ha scritto|scrive|scrisse|escreveu|schreef|geschreven|skrev|skriver|kirjoitti"
    r"|napisał|napisała|pisze|napsal|napsala|napísal|napisao|написал|написала|пишет|написав|пише"
    r"|a scris|ezt írta|írta|yazdı|έγραψε|menulis|đã viết)(?!\w)"
    r"|写道|寫道|のメール|님이 작성|작성:",
    re.IGNORECASE,
)
"""The verb of an attribution line, wherever it stands in it."""

FIRST_PERSON = re.compile(
    r"\b(?:I wrote|ich schrieb|habe ich geschrieben|j['’]ai écrit|je vous ai écrit|escribí"
    r"|ho scritto)\b",
    re.IGNORECASE,
)
"""A buyer telling what he wrote is no mail program."""

ATTRIBUTION_START = re.compile(
    r"(?:[-–—*\s]{0,8})(?:On|At|In a message|Le|Am|Um|El|Il|Em|Op|Den|Dne|Dňa|Dnia|W dniu|Na|Pe|La"
    r"|Vào|Pada|Στις|В|На|Tarih|Tarihinde|In data|Il giorno|Data|A)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[:.h]\d{2}\b"
    r"|\b(?:19|20)\d\d\b|\d{1,2}月\d{1,2}日"
)
ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}\.[a-z]{2,}|<mailto:", re.IGNORECASE)
STAMP = re.compile(
    r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}\s+(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s+\S"
    r"|\d{4}[-/]\d{1,2}[-/]\d{1,2}\s[^<>]{1,80}<[^\s<>@]+@[^\s<>@]+>:?\s*\Z)"
)
"""Gmail's attribution of former years, without any verb."""

_ORIGINAL = (
    "original message",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "ursprungsnachricht",
    "original-nachricht",
    "message d'origine",
    "message d’origine",
    "message original",
    "message initial",
    "mail original",
    "mail d'origine",
    "mensaje original",
    "messaggio originale",
    "messaggio originario",
    "mensagem original",
    "oorspronkelijk bericht",
    "origineel bericht",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "ursprungligt meddelande",
    "originalmeddelande",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "pôvodná správa",
    "исходное сообщение",
    "оригинальное сообщение",
    "mesaj original",
    "eredeti üzenet",
    "özgün ileti",
    "orijinal mesaj",
    "αρχικό μήνυμα",
    "原始邮件",
    "原始郵件",
    "元のメッセージ",
    "원본 메시지",
)
_FORWARDED = (
    "forwarded message",
    "forwarded by",
    "message transféré",
    "message transferé",
    "message réexpédié",
    "weitergeleitete nachricht",
    "weitergeleitet von",
    "mensaje reenviado",
    "messaggio inoltrato",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "doorgestuurd bericht",
    "videresendt meddelelse",
    "videresendt melding",
    "vidarebefordrat meddelande",
    "wiadomość przekazana",
    "przekazana wiadomość",
    "přeposlaná zpráva",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "转发的邮件",
    "轉寄郵件",
)
_BEGIN_FORWARDED = (
    "begin forwarded message",
    "début du message transféré",
    "début du message réexpédié",
    "anfang der weitergeleiteten nachricht",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "início da mensagem reencaminhada",
    "início da mensagem encaminhada",
    "begin doorgestuurd bericht",
)
_ABOVE_THIS_LINE = (
    "reply above this line",
    "type your reply above this line",
    "répondre au-dessus de cette ligne",
    "répondez au-dessus de cette ligne",
    "antworten sie oberhalb dieser zeile",
    "antwort oberhalb dieser zeile",
    "antworten sie oberhalb dieser linie",
    "responda por encima de esta línea",
    "escriba su respuesta por encima de esta línea",
    "rispondi sopra questa riga",
    "rispondere sopra questa riga",
)
SEPARATOR = re.compile(
    r"[\s*>]{0,6}(?:"
    rf"[-–—_=]{{2,}}\s{{0,4}}(?:{'|'.join(_ORIGINAL + _FORWARDED)})[^\n]{{0,80}}"
    rf"|(?:{'|'.join(_BEGIN_FORWARDED)})\s?:"
    rf"|[^\w\n]{{0,12}}(?:please )?(?:{'|'.join(_ABOVE_THIS_LINE)})[^\w\n]{{0,12}}"
    r")\s*\Z",
    re.IGNORECASE,
)
"""A line after which all is somebody else's text."""

_LABELS = {
    "from": "from, von, de, da, van, od, от, от кого, від, від кого, fra, från, lähettäjä, "
    "expéditeur, absender, mittente, remitente, remetente, kimden, gönderen, feladó, "
    "发件人, 寄件者, 寄件人, 差出人, 보낸사람, 보낸 사람",
    "date": "date, sent, sent at, on, datum, gesendet, gesendet am, envoyé, envoyé le, date d'envoi, "
    "fecha, enviado, enviado el, enviado em, enviada, enviada em, data, data invio, inviato, "
    "verzonden, dato, sendt, datum, skickat, lähetetty, päivämäärä, wysłano, wysłane, odesláno, "
    "odoslané, дата, отправлено, дата отправки, надіслано, küldve, tarih, gönderme tarihi, "
    "发送时间, 寄件日期, 送信日時, 日付, 날짜, 보낸 날짜",
    "to": "to, an, à, a, para, per, aan, do, komu, кому, til, till, vastaanottaja, alıcı, kime, "
    "címzett, destinataire, destinataires, empfänger, destinatario, destinatari, destinatário, "
    "收件人, 宛先, 받는사람, 받는 사람",
    "cc": "cc, kopie, copie, copie à, copia, kopia, kopio, dw, udw, копия, 抄送, bcc, cci, cco",
    "subject": "subject, betreff, objet, sujet, asunto, oggetto, assunto, onderwerp, emne, ämne, "
    "aihe, temat, předmět, predmet, тема, konu, tárgy, 主题, 主旨, 件名, 제목",
    "reply-to": "reply-to, antwort an, antworten an, répondre à, réponse à, responder a, rispondi a, "
    "risposta, antwoord aan",
    "other": "importance, priority, wichtigkeit, priorität, priorité, importancia, priorità, "
    "attachments, anlagen, pièces jointes, adjuntos, allegati, organization",
}
LABELS = {word: kind for kind, words in _LABELS.items() for word in words.split(", ")}
"""What the lines of a header block begin with, and what each tells."""
