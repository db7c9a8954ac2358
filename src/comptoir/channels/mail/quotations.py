"""What a buyer wrote this time, without what his mail program repeats below, above or in between.

`split` sorts the lines of a text into new, quoted and signature, in one pass that takes time by the
length of the text. New is never empty when the text is not: if all seems quoted, the quotation is
what was sent. Nothing gets lost, as the whole text stays beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comptoir.channels.mail import phrases
from comptoir.channels.mail.signatures import signature_start

_LINE_CHARS_MAX = 1000
_ATTRIBUTION_LINES_MAX = 6
_ATTRIBUTION_CHARS_MAX = 500
_BLOCK_LINES_MAX = 14
_UNWRAP_TIMES = 4
_MARKER_LINES_MAX = 5000
"""Markers are looked for in this many lines: nobody types more above a quotation."""
_STRONG, _WEAK, _DOUBTFUL = 3, 2, 1

_QUOTE = re.compile(r"\s{0,3}>")
_TORN_END = re.compile(r">\s?(?:wrote|schrieb|a écrit|escribió|ha scritto)\s?:\s*\Z")
"""`> wrote:` is the end of an attribution whose address was torn apart."""
_ENDS_OF_ATTRIBUTION = (":", "：", "--")
_LABEL = re.compile(r"[\s*_>|]{0,6}([^\s:*][^:*\n]{0,22}?)\s?\*?\s?[:：]\*?(?:\s|\Z)")
_RULE = re.compile(r"\s*(?:[-_*=—–]\s?){4,200}\Z")


@dataclass(frozen=True, slots=True)
class TextParts:
    """A text taken apart. Together the three hold all its lines."""

    new: str
    quoted: str
    signature: str


def new_text(text: str) -> str:
    """Give what was written this time; the whole text when that would be nothing."""
    return split(text).new


def split(text: str) -> TextParts:
    """Take a text apart into what is new, what is quoted, and the signature."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    skipped: list[str] = []
    for _ in range(_UNWRAP_TIMES):
        marks = _Marks(lines)
        parts = marks.parts()
        if parts.new or not marks.first_marker_end:
            break
        # Nothing but a quotation or a forwarded mail: then its content is the message.
        skipped += lines[: marks.first_marker_end]
        lines = lines[marks.first_marker_end :]
    if parts.new:
        return TextParts(parts.new, _joined([*skipped, parts.quoted]), parts.signature)
    return TextParts(text.strip("\n") if text.strip() else "", "", "")


class _Marks:
    """The lines of a text, each marked as new, quoted or signature."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.quoted = [bool(_QUOTE.match(line)) and not _TORN_END.match(line) for line in lines]
        self.first_marker_end = 0
        self._mark()

    def parts(self) -> TextParts:
        """Sort the lines by their marks; each stretch of new lines may end in a signature."""
        new: list[str] = []
        signature: list[str] = []
        stretch: list[str] = []
        for line, is_quoted in zip([*self.lines, ""], [*self.quoted, True], strict=True):
            if not is_quoted:
                stretch.append(line)
            elif stretch:
                start = signature_start(stretch)
                if start:
                    new += stretch[:start] if not new else ["", *_trimmed(stretch[:start])]
                signature += stretch[start:]
                stretch = []
        quoted = [line for line, mark in zip(self.lines, self.quoted, strict=True) if mark]
        return TextParts(_joined(new), _joined(quoted), _joined(signature))

    def _mark(self) -> None:
        index = 0
        while index < min(len(self.lines), _MARKER_LINES_MAX):
            if not self.quoted[index] and len(self.lines[index]) <= _LINE_CHARS_MAX:
                end = self._marker_end(index)
                if end:
                    self.first_marker_end = self.first_marker_end or end
                    if self._ends_here(index, end):
                        return
                    index = end
                    continue
            index += 1

    def _marker_end(self, index: int) -> int:
        """Give the line after a marker that begins (or, an attribution, ends) at `index`, else 0."""
        line = self.lines[index]
        if phrases.SEPARATOR.match(line):
            return self._block_end(index + 1) or index + 1
        if ":" in line or "：" in line:
            block_end = self._block_end(index)
            if block_end:
                return block_end
        start = self._attribution_start(index)
        if start is None:
            return 0
        for above in range(start, index):
            self.quoted[above] = True
        return index + 1

    def _ends_here(self, start: int, end: int) -> bool:
        """Mark the marker, and all below it unless the quotation below it is marked by itself."""
        for index in range(self._rule_above(start), end):
            self.quoted[index] = True
        if self._quote_follows(end):
            return False
        for index in range(end, len(self.lines)):
            self.quoted[index] = True
        return True

    def _rule_above(self, index: int) -> int:
        """Step up to the line of dashes that belongs to a marker, if there is one."""
        above = index - 1
        while above > max(0, index - 4) and not self.lines[above].strip():
            above -= 1
        return above if above >= 0 and _RULE.match(self.lines[above][:250]) else index

    def _attribution_start(self, index: int) -> int | None:
        """Tell where the attribution begins that ends at `index`; None when none does.

        Programs wrap it anywhere, so lines are added above until it has a proper beginning.
        """
        line = self.lines[index].strip()
        if line[:1].isdigit() and phrases.STAMP.match(line):
            return index
        has_end = line.endswith(_ENDS_OF_ATTRIBUTION)
        if not has_end and not ("<" in line and phrases.WROTE.search(line)):
            return None
        joined, weak_start = "", None
        for start in range(index, max(-1, index - _ATTRIBUTION_LINES_MAX), -1):
            above = self.lines[start].strip()
            is_over = not above and not joined.startswith("<")
            if is_over or self.quoted[start] or len(joined) + len(above) > _ATTRIBUTION_CHARS_MAX:
                break
            joined = f"{above} {joined}".strip()
            strength = _attribution_strength(joined, has_end=has_end)
            if strength == _STRONG:
                return start
            if strength == _WEAK or (strength == _DOUBTFUL and self._quote_follows(index + 1)):
                weak_start = start if weak_start is None or joined[0] != "<" else weak_start
        return weak_start

    def _quote_follows(self, index: int) -> bool:
        """Tell whether the next line that is not empty is marked with `>`."""
        while index < len(self.lines) and not self.lines[index].strip():
            index += 1
        return index < len(self.lines) and self.lines[index].lstrip().startswith(">")

    def _block_end(self, index: int) -> int:
        """Give the line after a block of From, Sent, To, Subject that begins at `index`, else 0."""
        kinds: set[str] = set()
        end = index
        blank_count = 0
        for at in range(index, min(index + _BLOCK_LINES_MAX, len(self.lines))):
            line = self.lines[at]
            if not line.strip():
                blank_count += 1
                if blank_count > 2 or len(kinds) >= 3:
                    break
                continue
            kind = _label_kind(line)
            if kind:
                if kind in kinds and kind not in ("cc", "other"):
                    break
                kinds.add(kind)
                end = at + 1
                blank_count = 0
            elif not kinds or blank_count:
                break
        if "from" in kinds and len(kinds - {"cc", "other"}) >= 3:
            return end
        return 0


def _attribution_strength(joined: str, *, has_end: bool) -> int:
    """Tell how surely these joined lines are an attribution and the whole of it."""
    if phrases.FIRST_PERSON.search(joined):
        return 0
    has_verb = bool(phrases.WROTE.search(joined))
    has_date = bool(phrases.DATE.search(joined))
    has_address = bool(phrases.ADDRESS.search(joined))
    if not has_end:  # torn apart before its last bracket; anything else is a sentence
        return _DOUBTFUL if has_verb and has_date and has_address and "<" in joined else 0
    begins = bool(phrases.ATTRIBUTION_START.match(joined)) or joined[0].isdigit()
    if has_verb and begins and (has_date or has_address):
        return _STRONG
    if has_date and has_address and joined[0].isdigit():
        return _STRONG
    if has_verb and has_address:
        return _WEAK
    return _DOUBTFUL if has_date and (has_verb or has_address) else 0


def _label_kind(line: str) -> str:
    if len(line) > _LINE_CHARS_MAX:
        return ""
    label = _LABEL.match(line)
    return phrases.LABELS.get(label[1].strip().lower(), "") if label else ""


def _trimmed(lines: list[str]) -> list[str]:
    """Take empty lines off both ends."""
    return _joined(lines).split("\n")


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
