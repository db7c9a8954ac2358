"""Styles, scripts and icons, served from memory under an address that changes with their content.

Every file is found under `/assets/<version>/<path>`, where the version is a hash over all of them:
relative imports between modules keep working, and browsers may keep everything for a year.
`page.css` is made here: all files of `css/`, one after the other, their order settled by the
cascade layers that `css/base.css` names.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from django.http import HttpRequest, HttpResponse

PREFIX = "/assets/"
OWN = Path(__file__).parent / "static"
BORROWED = (
    ("django_htmx", "django_htmx/htmx-2.min.js"),
    ("allauth.mfa", "mfa/js"),
    ("allauth.account", "account/js"),
)
"""Files of installed packages that pages need: the package, and a path in its `static` folder."""

GZIP_FROM_BYTES = 800
YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it leaves: `packed` is empty where packing does not pay."""

    content_type: str
    content: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by path, and the version they make together."""

    version: str
    files: dict[str, Asset]


class AssetsMiddleware:
    """Answers for `/assets/` before sessions and people are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX):
            return _answer(request)
        return self.get_response(request)


def address(path: str) -> str:
    """Give the address of a file: `address("js/main.js")`."""
    return f"{PREFIX}{assets().version}/{path}"


@cache
def assets() -> Assets:
    """Read all files once a process."""
    contents = {path: file.read_bytes() for path, file in sorted(_paths().items())}
    styles = [path for path in contents if path.startswith("css/") and path.endswith(".css")]
    styles.sort(key=lambda path: (path != "css/base.css", path))
    contents["page.css"] = b"\n".join(contents[path] for path in styles)
    digest = sha256()
    for path, content in contents.items():
        digest.update(path.encode() + b"\0" + content + b"\0")
    return Assets(
        version=digest.hexdigest()[:12],
        files={path: _asset(path, content) for path, content in contents.items()},
    )


def _paths() -> dict[str, Path]:
    found = {str(file.relative_to(OWN)): file for file in OWN.rglob("*") if file.suffix != ".md"}
    for package, wanted in BORROWED:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent / "static"
        place = root / wanted
        files = [place] if place.is_file() else place.rglob("*.js")
        found |= {str(file.relative_to(root)): file for file in files}
    return {path: file for path, file in found.items() if file.is_file()}


def _asset(path: str, content: bytes) -> Asset:
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if content_type.startswith("text/") or path.endswith((".js", ".svg", ".webmanifest")):
        content_type += "; charset=utf-8"
    packed = gzip.compress(content, 9, mtime=0) if len(content) >= GZIP_FROM_BYTES else b""
    return Asset(content_type, content, packed if len(packed) < len(content) else b"")


def _answer(request: HttpRequest) -> HttpResponse:
    """Serve a file; an old version's address gives today's file, without keeping it."""
    version, _, path = request.path_info.removeprefix(PREFIX).partition("/")
    found = assets().files.get(path)
    if found is None:
        return HttpResponse("No such file.", status=404, content_type="text/plain")
    packs = bool(found.packed) and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        found.packed if packs else found.content, content_type=found.content_type
    )
    response["Cache-Control"] = YEAR if version == assets().version else "no-cache"
    response["Vary"] = "Accept-Encoding"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if packs:
        response["Content-Encoding"] = "gzip"
    return response
