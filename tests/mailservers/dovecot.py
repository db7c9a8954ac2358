"""A real Dovecot on loopback: started in a folder of its own, users made on the fly.

One server per test session is enough (it starts in a fraction of a second); every test takes a
fresh user. Runs as root and as anybody. Where Dovecot is missing the tests that need it are
skipped and say which Debian package they want.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from comptoir.channels.mail.imap_wire import encode_folder, quoted
from tests.mailservers.certificates import Certificates, make_certificates
from tests.mailservers.ports import free_port

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_START_SECONDS = 10.0

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1, 127.0.0.2, 127.0.0.3, 127.0.0.4, 127.0.0.5
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
default_vsz_limit = 512M
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_uid = {mail_uid}
mail_gid = {mail_gid}
disable_plaintext_auth = no
auth_mechanisms = plain login {more_mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = 50
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
{local_certificates}
{oauth_passdb}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
  }}
}}
protocol imap {{
  imap_capability = {capability}
}}
"""

_OAUTH_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

_OAUTH = """
tokeninfo_url = {tokeninfo_url}
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class MailUser:
    """One mailbox of the test server."""

    name: str
    password: str


class Dovecot:
    """A running server. `port` speaks plain IMAP and STARTTLS, `tls_port` TLS."""

    host = "127.0.0.1"

    def __init__(self, *, capability: str = "", tokeninfo_url: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.folder.chmod(0o755)
        for name in ("users", "mail", "run", "state"):
            (self.folder / name).mkdir()
        self.certificates: Certificates = make_certificates(self.folder)
        self.port, self.tls_port = free_port(), free_port()
        self._capability = capability
        self._tokeninfo_url = tokeninfo_url
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._write_config()

    def start(self) -> None:
        """Start, and return when the server greets."""
        assert BINARY is not None
        with (self.folder / "stderr.log").open("wb") as said:
            self._process = subprocess.Popen(
                [BINARY, "-F", "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        ends_at = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends_at and self._process.poll() is None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((self.host, self.port), 2) as sock,
            ):
                sock.settimeout(5)
                if sock.recv(10).startswith(b"* OK"):
                    return
            time.sleep(0.02)
        logs = [path.read_text() for path in self.folder.glob("*.log")]
        self.stop()
        raise RuntimeError("Dovecot did not start: " + "\n".join(logs)[-2000:])

    def stop(self) -> None:
        """Stop the server with everybody connected to it; its mails stay."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # its children may take their time
        self._process.wait(5)
        self._process = None

    def remove(self) -> None:
        """Stop the server and delete everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_user(self, name: str = "", password: str = "le-bon-mot-de-passe") -> MailUser:
        """Make a mailbox with an empty INBOX; without a name, one that nobody had before."""
        name = name or f"perrin{next(self._numbers)}@maison-perrin.example"
        file = self.folder / "users" / name
        file.write_text(f"{name}:{password}\n", encoding="utf-8")
        file.chmod(0o644)
        home = self.folder / "mail" / name
        home.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            os.chown(home, *_mail_ids())
        return MailUser(name, password)

    @contextlib.contextmanager
    def client(self, user: MailUser) -> Iterator[imaplib.IMAP4]:
        """Log in with the standard library's client: another opinion than the product's own."""
        client = imaplib.IMAP4(self.host, self.port, timeout=30)
        try:
            client.authenticate("PLAIN", lambda _: f"\0{user.name}\0{user.password}".encode())
            yield client
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def deliver(
        self,
        user: MailUser,
        raw: bytes,
        folder: str = "INBOX",
        *,
        flags: str = "",
        received_at: datetime | None = None,
    ) -> None:
        """Put a mail into a mailbox as if it had just come; makes the folder when it is missing."""
        with self.client(user) as client:
            name = _folder(folder)
            if folder != "INBOX":
                client.create(name)
            status, said = client.append(name, flags, received_at, raw)
            assert status == "OK", said

    def drop(self, user: MailUser, raw: bytes) -> None:
        """Put a mail into INBOX as a file, without IMAP: quick for large ones."""
        folder = self.folder / "mail" / user.name / "Maildir"
        made = [
            path
            for path in (folder, folder / "tmp", folder / "new", folder / "cur")
            if not path.exists()
        ]
        for path in made:
            path.mkdir()
        name = f"{time.time_ns()}.{os.getpid()}.test"
        (folder / "tmp" / name).write_bytes(raw.replace(b"\r\n", b"\n"))
        for path in (*made, folder / "tmp" / name):
            if os.geteuid() == 0:
                os.chown(path, *_mail_ids())
        (folder / "tmp" / name).rename(folder / "new" / name)

    def fetch_all(self, user: MailUser, folder: str = "INBOX") -> list[bytes]:
        """Read all mails of a folder as the buyer would see them, oldest first."""
        with self.client(user) as client:
            status, _ = client.select(_folder(folder), readonly=True)
            if status != "OK":
                return []
            _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [item[1] for item in found if isinstance(item, tuple)]

    def flags(self, user: MailUser, folder: str = "INBOX") -> list[str]:
        """Read the flags of all mails of a folder, without touching them."""
        with self.client(user) as client:
            client.select(_folder(folder), readonly=True)
            _, found = client.fetch("1:*", "(FLAGS)")
            return [item.decode() for item in found if isinstance(item, bytes)]

    def expunge(self, user: MailUser, folder: str, uids: str) -> None:
        """Delete mails for good, as a colleague in another mail program would."""
        with self.client(user) as client:
            client.select(_folder(folder))
            client.uid("STORE", uids, "+FLAGS", "(\\Deleted)")
            client.expunge()

    def delete_folder(self, user: MailUser, folder: str) -> None:
        """Delete a folder with its mails; made again, it has another UIDVALIDITY."""
        with self.client(user) as client:
            assert client.delete(_folder(folder))[0] == "OK"

    def _write_config(self) -> None:
        root = os.geteuid() == 0
        me, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        mail_uid, mail_gid = _mail_ids()
        certificate, key = self.certificates.files[self.host]
        config = _CONFIG.format(
            folder=self.folder,
            internal_user="dovecot" if root else me,
            internal_group="dovecot" if root else group,
            login_user="dovenull" if root else me,
            mail_uid=mail_uid,
            mail_gid=mail_gid,
            more_mechanisms="xoauth2 oauthbearer" if self._tokeninfo_url else "",
            certificate=certificate,
            key=key,
            local_certificates="".join(
                f"local {address} {{\n  ssl_cert = <{crt}\n  ssl_key = <{secret}\n}}\n"
                for address, (crt, secret) in self.certificates.files.items()
            ),
            oauth_passdb=_OAUTH_PASSDB.format(folder=self.folder) if self._tokeninfo_url else "",
            port=self.port,
            tls_port=self.tls_port,
            capability=self._capability,
        )
        (self.folder / "dovecot.conf").write_text(config)
        (self.folder / "oauth2.conf").write_text(_OAUTH.format(tokeninfo_url=self._tokeninfo_url))


@contextlib.contextmanager
def running_dovecot(*, capability: str = "", tokeninfo_url: str = "") -> Iterator[Dovecot]:
    """Run a server of one's own, or skip the test visibly where there is no Dovecot."""
    if BINARY is None:
        pytest.skip("needs Dovecot (Debian packages dovecot-core and dovecot-imapd)")
    if not _has_name(os.geteuid()):
        pytest.skip("needs a user with a name: Dovecot runs as nobody else")
    server = Dovecot(capability=capability, tokeninfo_url=tokeninfo_url)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _has_name(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return False


def _folder(name: str) -> str:
    return quoted(encode_folder(name)).decode()


def _mail_ids() -> tuple[int, int]:
    """Dovecot reads no mail as root: there it is nobody's."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
