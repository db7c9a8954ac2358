"""The archive in which Connect hands over files: `<message>/<attachment>/<name>`, read with bounds."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from comptoir.channels.kernel.protocol import RawItem

FILE_BYTES_MAX = 30_000_000
FILES_MAX = 200


def unpacked(archive: bytes) -> Iterator[RawItem]:
    """Yield the files of an archive, each as an item under its attachment's id.

    What is too large, or in a place of no attachment's, is left out; a broken archive holds nothing.
    """
    try:
        with ZipFile(BytesIO(archive)) as opened:
            for entry in opened.infolist()[:FILES_MAX]:
                steps = entry.filename.split("/")
                if entry.is_dir() or len(steps) < 3 or entry.file_size > FILE_BYTES_MAX:
                    continue
                with opened.open(entry) as file:
                    content = file.read(FILE_BYTES_MAX + 1)
                if len(content) > FILE_BYTES_MAX:
                    continue
                kind = mimetypes.guess_type(steps[-1])[0] or "application/octet-stream"
                yield RawItem(f"file/{steps[-2]}", content, kind, meta={"is_file": True})
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        return
