"""Undo format=flowed (RFC 3676): lines that end with a blank go on in the next one."""

from __future__ import annotations


def unflow(text: str, *, drop_space: bool) -> str:
    """Join flowed lines; `drop_space` is the DelSp parameter of languages without blanks."""
    out: list[str] = []
    held: list[str] = []
    held_depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if held and depth != held_depth:
            out.append(_quoted(held_depth, "".join(held)))
            held = []
        held_depth = depth
        if content.endswith(" ") and content != "-- ":
            held.append(content[:-1] if drop_space else content)
            continue
        held.append(content)
        out.append(_quoted(depth, "".join(held)))
        held = []
    if held:
        out.append(_quoted(held_depth, "".join(held)))
    return "\n".join(out)


def _quoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
