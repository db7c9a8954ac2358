"""Names and types of attached files, made safe: what a mail claims is never used as it is."""

from __future__ import annotations

import re
import unicodedata

from comptoir.channels.mail.charsets import storable
from comptoir.channels.mail.headers import decode_words, eight_bit

NAME_CHARS_MAX = 150
_EXTENSION_CHARS_MAX = 12

# Marks that turn the reading direction or hide: "invoice\u202efdp.exe" reads as "invoiceexe.pdf".
_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_CHECKED_PICTURES = frozenset(
    {
        "image/jpeg",
        "image/jpg",
        "image/pjpeg",
        "image/png",
        "image/x-png",
        "image/gif",
        "image/webp",
    }
)
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/rtf": ".rtf",
    "audio/mpeg": ".mp3",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
_PICTURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def declared_name(raw_name: str, charset: str = "") -> str:
    """Decode a name as it stands in a parameter, however the mailer encoded it."""
    return decode_words(eight_bit(raw_name, charset)) if _is_bytes(raw_name) else raw_name


def clean_name(name: str, content_type: str, number: int) -> str:
    """Give a name that is safe to show and to save: no path, no tricks, bounded length."""
    name = unicodedata.normalize("NFC", storable(name))
    name = _INVISIBLE.sub("", name.replace("\\", "/").replace("\n", " ").replace("\t", " "))
    name = _RESERVED.sub("_", name.rsplit("/", 1)[-1])
    name = " ".join(name.split()).strip(". ")
    if not name:
        return f"attachment-{number}{_EXTENSIONS.get(content_type, '.bin')}"
    if _DEVICE.match(name):
        name = f"_{name}"
    if len(name) > NAME_CHARS_MAX:
        stem, dot, extension = name.rpartition(".")
        if not dot or len(extension) > _EXTENSION_CHARS_MAX:
            return name[:NAME_CHARS_MAX].rstrip(". ")
        name = f"{stem[: NAME_CHARS_MAX - len(extension) - 1]}.{extension}"
    return name


def real_type(content: bytes, declared: str) -> str:
    """Correct a declared type by what the bytes are, where pictures are concerned.

    Pictures are what pages show inline: a declared picture that is none becomes unknown bytes.
    """
    for magic, picture in _PICTURES:
        if content.startswith(magic):
            is_plausible = declared.startswith(("image/", "application/octet-stream"))
            return picture if is_plausible else declared
    if content[8:12] == b"WEBP" and content.startswith(b"RIFF"):
        return "image/webp"
    return "application/octet-stream" if declared in _CHECKED_PICTURES else declared


def _is_bytes(name: str) -> bool:
    """Tell a raw value (one character a byte) from a name decoded by RFC 2231 already."""
    return all(ord(character) < 256 for character in name)
