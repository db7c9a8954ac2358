"""From the MIME tree to what a person reads: one text, one HTML, and the files.

Of alternatives the plain and the HTML form are kept, side by side; of mixtures (text, picture,
text) all pieces in their order. What is neither is an attachment: nothing is dropped, except second
copies for devices (AMP, watches).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote

from comptoir.channels.mail import charsets, transfer
from comptoir.channels.mail.files import clean_name, declared_name, real_type
from comptoir.channels.mail.flowed import unflow
from comptoir.channels.mail.headers import readable
from comptoir.channels.mail.message import Attachment
from comptoir.channels.mail.parts import Part, flat_parts, read_tree
from comptoir.channels.mail.plaintext import text_of

BODY_BYTES_MAX = 2_000_000

_COPIES_FOR_DEVICES = frozenset({"text/x-amp-html", "text/watch-html"})
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)
_CONTENT_ID_USE = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\bhtml\b", re.IGNORECASE)
_PLACEHOLDER_CHARS_MAX = 400


@dataclass(slots=True)
class Body:
    """What the parts seen so far say: `html` is empty when no part was HTML."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Reading:
    """One reading of a tree: the files found on the way and the problems met."""

    problems: set[str]
    files: list[Attachment] = field(default_factory=list)
    held_texts: list[Part] = field(default_factory=list)
    leftovers: list[Part] = field(default_factory=list)
    charset: str = ""

    def read(self, root: Part) -> Body:
        """Read the whole tree. A mail whose only text came as a file shows that file's text too."""
        body = self._any(root, is_root=True)
        if not body.text and not body.html and self.held_texts:
            body = self._leaf_text(self.held_texts[0])
        elif not body.text and not body.html and self.leftovers:
            body = self._from_leftover(self.leftovers[0])
        body.text = body.text.strip("\n")
        if body.html and (not body.text.strip() or _is_placeholder(body.text)):
            body.text = text_of(body.html) or body.text.strip()
        self._mark_inline(body.html)
        return body

    def _any(self, part: Part, *, is_root: bool = False) -> Body:
        if part.is_leftover:
            self.leftovers.append(part)
            self._keep(part, "message/rfc822", "rest-of-mail.eml")
        elif part.content_type.startswith("multipart/"):
            if part.children:
                return self._multipart(part)
            return self._leaf_text(part)
        elif part.content_type in _COPIES_FOR_DEVICES:
            pass
        elif self._is_body(part, is_root=is_root):
            return self._leaf_text(part)
        else:
            if part.content_type in ("text/plain", "text/html"):
                self.held_texts.append(part)
            self._keep_file(part)
        return Body()

    def _multipart(self, part: Part) -> Body:
        bodies = [self._any(child) for child in part.children]
        if part.content_type == "multipart/alternative":
            texts = [body.text for body in bodies if body.text.strip()]
            htmls = [body.html for body in bodies if body.html]
            return Body(texts[0] if texts else "", htmls[-1] if htmls else "")
        filled = _twins_joined([body for body in bodies if body.text or body.html])
        if len(filled) <= 1:
            return filled[0] if filled else Body()
        text = "\n\n".join((body.text or text_of(body.html)).strip("\n") for body in filled)
        if not any(body.html for body in filled):
            return Body(text)
        return Body(text, "\n".join(body.html or _as_html(body.text) for body in filled))

    def _from_leftover(self, leftover: Part) -> Body:
        """Find the first text in a part that is nested too deep to be read by its structure."""
        for part in flat_parts(leftover):
            if self._is_body(part, is_root=False) and part.body.strip():
                return self._leaf_text(part)
        return Body()

    def _is_body(self, part: Part, *, is_root: bool) -> bool:
        if part.content_type not in ("text/plain", "text/html"):
            return False
        return is_root or not (part.disposition == "attachment" or _raw_name(part))

    def _leaf_text(self, part: Part) -> Body:
        data = part.content(self.problems)
        if len(data) > BODY_BYTES_MAX:
            self.problems.add("truncated")
            self._keep_file(part)
            data = data[:BODY_BYTES_MAX]
        is_html = part.content_type == "text/html"
        if not is_html and (data.startswith(b"begin") or b"\nbegin" in data):
            data, taken = transfer.take_uuencoded(data)
            for raw_name, content in taken:
                name = charsets.likely(raw_name)
                self._add(name, "application/octet-stream", content)
        charset = part.parameters.get("charset", "")
        self.charset = self.charset or charset
        if is_html and not charset and (meta := _META_CHARSET.search(data[:4096])):
            charset = meta[1].decode("ascii")
        text, is_sound = charsets.decode(data, charset)
        if not is_sound:
            self.problems.add("bad_charset")
        text = charsets.storable(text)
        if is_html:
            return Body(html=text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, drop_space=part.parameters.get("delsp", "").lower() == "yes")
        return Body(text=text)

    def _keep_file(self, part: Part) -> None:
        name = declared_name(_raw_name(part), part.parameters.get("charset", "") or self.charset)
        if not name and part.content_type in ("message/rfc822", "message/global"):
            name = _name_of_mail(part)
        self._keep(part, part.content_type, name)

    def _keep(self, part: Part, content_type: str, name: str) -> None:
        content = part.body if part.is_leftover else part.content(self.problems)
        raw_id = readable(part.fields.raw("content-id")).strip("<> ")
        self._add(name, content_type, content, content_id=raw_id[:500])

    def _add(self, name: str, content_type: str, content: bytes, *, content_id: str = "") -> None:
        content_type = real_type(content, content_type)
        name = clean_name(name, content_type, len(self.files) + 1)
        self.files.append(Attachment(name, content_type, content, content_id))

    def _mark_inline(self, html: str) -> None:
        """Mark the files the HTML shows: only its use of an id makes a file inline."""
        if not html or not any(file.content_id for file in self.files):
            return
        used = {unquote(unescaped).lower() for unescaped in _CONTENT_ID_USE.findall(html)}
        self.files = [
            Attachment(file.name, file.content_type, file.content, file.content_id, inline=True)
            if file.content_id.lower() in used
            else file
            for file in self.files
        ]


def _twins_joined(bodies: list[Body]) -> list[Body]:
    """Join a plain text and its HTML form where the mailer forgot to call them alternatives."""
    joined: list[Body] = []
    for body in bodies:
        last = joined[-1] if joined else None
        if last and not last.html and not body.text and _same_words(last.text, text_of(body.html)):
            joined[-1] = Body(last.text, body.html)
        else:
            joined.append(body)
    return joined


def _same_words(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _raw_name(part: Part) -> str:
    return part.disposition_parameters.get("filename") or part.parameters.get("name", "")


def _name_of_mail(part: Part) -> str:
    """Name an attached mail by its subject."""
    fields = read_tree(part.body[:65536], 0, min(65536, part.end - part.start), set()).fields
    subject = readable(fields.raw("subject"))[:100]
    return f"{subject.replace('/', '-')}.eml" if subject else ""


def _is_placeholder(text: str) -> bool:
    """Tell the "your program cannot show HTML" that stands in for a text."""
    return len(text) < _PLACEHOLDER_CHARS_MAX and bool(_PLACEHOLDER.search(text))


def _as_html(text: str) -> str:
    return f'<div style="white-space:pre-wrap">{escape(text)}</div>'
