"""Who we are at the servers: dials and logs in, for reading and for sending.

`check_reading` and `check_sending` go the same way as the daily work and stop at the first thing
that is wrong, with a code of its own for each.
"""

from __future__ import annotations

from collections.abc import Callable

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.imap import ImapSession
from comptoir.channels.mail.imap_answers import RefusedError
from comptoir.channels.mail.oauth import TokenSource
from comptoir.channels.mail.settings import Auth, MailSecrets, MailSettings, SettingsError

_LOGIN_WORDS = "{host} does not accept user name and password. Many providers want an app password made for this purpose. {said}"


class Account:
    """Settings with their secrets."""

    def __init__(
        self,
        settings: MailSettings,
        secrets: MailSecrets,
        *,
        on_new_refresh_token: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings
        self._secrets = secrets
        self._tokens: TokenSource | None = None
        if secrets.oauth is not None:
            self._tokens = TokenSource(
                secrets.oauth,
                timeout_seconds=settings.timeout_seconds,
                on_new_refresh_token=on_new_refresh_token,
            )

    def dial_imap(self) -> ImapSession:
        """Connect and log in for reading."""
        session = ImapSession(self.settings.imap)
        try:
            if self.settings.auth is Auth.OAUTH2:
                session.login_with_token(self.settings.user, self.tokens)
            else:
                session.login(self.settings.user, self._secrets.password)
        except RefusedError as refused:
            session.close(polite=False)
            if refused.code != "auth_failed":
                raise
            words = _LOGIN_WORDS.format(host=self.settings.imap_host, said=refused.detail)
            raise ChannelError("auth_failed", words, permanent=True) from refused
        except BaseException:
            session.close(polite=False)
            raise
        return session

    @property
    def tokens(self) -> TokenSource:
        """Give the source of access tokens."""
        if self._tokens is None:
            raise SettingsError("auth", "OAuth 2 is chosen, but the mailbox was not connected yet.")
        return self._tokens

    @property
    def smtp_user(self) -> str:
        """Give the name for sending: the mailbox's own unless another was entered."""
        return self.settings.smtp_user or self.settings.user

    @property
    def smtp_password(self) -> str:
        """Give the password for sending: the mailbox's own unless another was entered."""
        return self._secrets.smtp_password or self._secrets.password

    def check_reading(self) -> None:
        """Connect, log in and open every folder."""
        session = self.dial_imap()
        try:
            there = session.folders()
            for name in self.settings.folders:
                try:
                    session.open(name)
                except RefusedError as refused:
                    if refused.code != "folder_missing":
                        raise
                    raise _folder_missing(name, sorted(there)) from refused
        finally:
            session.close()


def _folder_missing(name: str, there: list[str]) -> ChannelError:
    shown = ", ".join(there[:20]) + (" …" if len(there) > 20 else "")
    words = f"There is no folder {name} in this mailbox. There are: {shown}"
    return ChannelError("folder_missing", words)
