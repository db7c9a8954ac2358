"""What stands below a message and was not written for it: signatures, devices, disclaimers.

Closing words ("Best regards, Camille") stay with the message. A line is taken off only for a mark
no buyer types by chance, and only at the end of what he wrote.
"""

from __future__ import annotations

import re

DELIMITED_LINES_MAX = 20
"""More lines than this below a loose `--` are a message, not a signature."""
_LINE_CHARS_MAX = 160
_DISCLAIMER_CHARS_MIN = 80

_DELIMITERS = frozenset({"--", "—", "――"})
_RULE = re.compile(r"\s*(?:[-_*#~=+—–―ᐧ]\s?){1,200}\Z")
_DEVICE = (
    r"(?:iphone|ipad|ipod|apple|android|galaxy|samsung|huawei|xiaomi|redmi|oneplus|pixel|nokia|sony"
    r"|xperia|motorola|htc|alcatel|smart\s?phone|blackberry|windows|outlook|yahoo|gmail|gmx|web\.de"
    r"|t-online|telekom|freenet|orange|sfr|laposte|la poste|libero|virgilio|tiscali|k-9|aquamail|bluemail"
    r"|airmail|mailbox|spark|proton\s?mail|thunderbird|handy|mobil\w*|móvil|portable|téléphone|phone"
    r"|cellulare|celular|tablet|tablette|telefon\w*|appareil|device|dispositivo|cell|gerät"
    r"|mail (?:app|for|para|per|pour|für))"
)
_SENT = (
    r"(?:sent|envoyée?|gesendet|verschickt|enviad[oa]|inviat[oa]|verzonden|verstuurd|skickat|sendt"
    r"|wysłan[eoy]|odesláno|odoslané|lähetetty|отправлено|надіслано|trimis|küldve|provenance"
    r"|message envoyé|messaggio inviato|mensaje enviado) ?"
    r"(?:from|via|using|with|depuis|à partir|de|du|par|avec|:|von|mit|aus|über|desde|con|da|dal|dalla"
    r"|tramite|met|vanaf|från|fra|z|ze|с|из|з|do|pelo|a partir)"
)
_EXCUSE = r"(?:[.,!]\s{0,3}(?:please|excuse|sorry|pardon|apolog|typos).{0,80})?\W{0,5}"
_AFTER = rf"[^.,;!?]{{0,40}}{_EXCUSE}"
_MOBILE = re.compile(
    rf"[\W_]{{0,4}}(?:{_SENT} [^.,;!?]{{0,60}}?\b{_DEVICE}\b{_AFTER}"
    rf"|from my {_DEVICE}\b.{{0,40}}|sent from my [^.,;!?]{{1,40}}{_EXCUSE}"
    r"|sent (?:from|via|using|with) (?:the )?\w+ (?:mail|app)\b.{0,60}"
    r"|sent by galaxy\W*|\w{1,20} from mobile"
    r"|von (?:meinem|meiner|unterwegs)\b.{0,50}\bgesendet\b.{0,20}"
    rf"|von [^.,;!?]{{0,40}}\b{_DEVICE}\b[^.,;!?]{{0,30}} gesendet\W*"
    r"|diese (?:nachricht|e-?mail) wurde (?:von|mit)\b.{0,80}\b(?:gesendet|versandt|verschickt)\W*"
    r"|(?:get|download|obtenir|obtenez|télécharger?z?|holen sie sich|hol dir|obtener|obtén|obtenga"
    r"|ottieni|scarica|obter o|download) \[?outlook (?:for|pour|für|para|per|voor)\b.{0,120}"
    r"|outlook (?:for|pour|für|para|per) \w+ (?:beziehen|herunterladen).{0,80}"
    r"|.{0,40}(?:iphone|ipad|android)\S{0,12}\s?(?:傳送|发送|送信|から送信|gönderildi|보냄).{0,20}"
    r"|(?:從我的|从我的|发自我的|發自我的).{0,40}"
    r")\s*\Z",
    re.IGNORECASE,
)
_LINK = re.compile(r"[(<]?https?://\S{1,300}")
_SCANNED = re.compile(
    r".{0,40}(?:virenfrei|virus-free|sans virus|libre de virus|privo di virus)\b.{0,80}"
    r"|.{0,60}(?:avast|avg|libra esva)\b.{0,100}",
    re.IGNORECASE,
)
_SECRECY_WORDS = (
    "confidential", "privileged", "unauthorised", "unauthorized", "disclaimer", "vertraulich",
    "bestimmungsgemäß", "unbefugt", "rechtlich geschützt", "confidentiel", "strictement interdit",
    "confidencial", "riservat", "vertrouwelijk",
)  # fmt: skip
_RECIPIENT_WORDS = (
    "intended recipient", "intended solely", "intended only", "message in error", "e-mail in error",
    "email in error", "please delete", "legally", "irrtümlich erhalten", "nicht der richtige",
    "nicht der beabsichtigte", "adressat", "destinataire", "par erreur", "destinatari", "por error",
    "prohibid", "per errore", "vietat", "geadresseerde",
)  # fmt: skip
"""Buyers write of recipients and errors too; a disclaimer speaks of secrecy as well."""


def signature_start(lines: list[str]) -> int:
    """Tell at which of the lines the signature begins; their number when there is none."""
    end = _without_rules(lines, len(lines))
    while end:
        start = min(_before_devices(lines, end), _before_disclaimer(lines, end))
        start = _without_rules(lines, start)
        if start == end:
            break
        end = start
    end = _before_delimiter(lines, end)
    return _without_rules(lines, end)


def _before_delimiter(lines: list[str], end: int) -> int:
    """Find the first `--` that is followed by a signature and not by a message."""
    delimiters = [index for index in range(end) if lines[index].strip() in _DELIMITERS]
    for index in delimiters:
        if lines[index] == "-- ":
            return index
    near_end = max(0, _without_blanks(lines, end) - DELIMITED_LINES_MAX - 1)
    return next((index for index in delimiters if index >= near_end), end)


def _before_devices(lines: list[str], end: int) -> int:
    """Step up over "Sent from my phone" and its kin."""
    while end:
        line = _LINK.sub("", lines[end - 1]).strip()
        is_short = len(line) <= _LINE_CHARS_MAX
        if lines[end - 1].strip() and not (
            is_short and (_MOBILE.match(line) or _SCANNED.fullmatch(line))
        ):
            break
        end -= 1
    return end


def _before_disclaimer(lines: list[str], end: int) -> int:
    """Step up over the last paragraph when it speaks as lawyers do."""
    last = _without_blanks(lines, end)
    first = last
    while first and lines[first - 1].strip():
        first -= 1
    paragraph = " ".join(lines[first:last])[:4000].lower()
    if len(paragraph) < _DISCLAIMER_CHARS_MIN:
        return end
    secrecy_count = sum(word in paragraph for word in _SECRECY_WORDS)
    recipient_count = sum(word in paragraph for word in _RECIPIENT_WORDS)
    return first if secrecy_count and secrecy_count + recipient_count >= 2 else end


def _without_rules(lines: list[str], end: int) -> int:
    """Step up over empty lines and lines that are only dashes, stars and the like."""
    while end and (not lines[end - 1].strip() or _is_rule(lines[end - 1])):
        end -= 1
    return end


def _is_rule(line: str) -> bool:
    return len(line) <= 200 and bool(_RULE.match(line))


def _without_blanks(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end
