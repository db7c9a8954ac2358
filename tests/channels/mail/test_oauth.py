"""Access tokens: asked for once, kept while they last, renewed in time, failures explained."""

from __future__ import annotations

import pytest
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import letter, reading
from tests.mailservers.ports import free_port
from tests.mailservers.tokens import TokenProvider

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.oauth import TokenSource, oauthbearer, xoauth2
from comptoir.channels.mail.settings import Auth, OAuthSecrets, Security


def _source(provider: TokenProvider, clock: list[float], **more: object) -> TokenSource:
    secrets = OAuthSecrets("comptoir", "consentement", provider.token_url, "geheim", "mail.read")
    return TokenSource(secrets, monotonic=lambda: clock[0], **more)  # type: ignore[arg-type]


def test_a_token_is_kept_until_shortly_before_its_end(token_provider: TokenProvider) -> None:
    token_provider.refresh_tokens["consentement"] = "perrin"
    clock = [1000.0]
    source = _source(token_provider, clock)

    first = source.access_token()
    clock[0] += 3500
    still = source.access_token()
    clock[0] += 50
    second = source.access_token()

    assert first == still != second
    assert token_provider.requests == 2 * [
        {
            "grant_type": "refresh_token",
            "client_id": "comptoir",
            "client_secret": "geheim",
            "refresh_token": "consentement",
            "scope": "mail.read",
        }
    ]


def test_a_refused_token_is_replaced_before_its_end(token_provider: TokenProvider) -> None:
    token_provider.refresh_tokens["consentement"] = "perrin"
    source = _source(token_provider, [0.0])
    first = source.access_token()

    second = source.access_token(refused=first)

    assert second != first
    assert source.access_token(refused=first) == second


def test_a_new_refresh_token_is_used_and_handed_on(token_provider: TokenProvider) -> None:
    token_provider.refresh_tokens.update(consentement="perrin", suivant="perrin")
    token_provider.next_refresh_token = "suivant"
    handed_on: list[str] = []
    clock = [0.0]
    source = _source(token_provider, clock, on_new_refresh_token=handed_on.append)

    source.access_token()
    clock[0] = 10_000.0
    source.access_token()

    assert handed_on == ["suivant"]
    assert [form["refresh_token"] for form in token_provider.requests] == [
        "consentement",
        "suivant",
    ]


@pytest.mark.parametrize(
    ("failure", "code", "permanent"),
    [
        ((400, {"error": "invalid_grant"}), "auth_failed", True),
        ((401, {"error": "invalid_client"}), "auth_failed", True),
        ((429, {}), "throttled", False),
        ((503, {}), "unreachable", False),
        ((200, {"token_type": "Bearer"}), "token_invalid", False),
        ((200, {"access_token": "a\r\nb"}), "token_invalid", False),
    ],
)
def test_a_failure_says_whether_consent_must_be_given_again(
    token_provider: TokenProvider, failure: tuple[int, dict[str, str]], code: str, permanent: bool
) -> None:
    token_provider.failure = failure

    with pytest.raises(ChannelError) as raised:
        _source(token_provider, [0.0]).access_token()

    assert (raised.value.code, raised.value.permanent) == (code, permanent)
    assert ("connect it again" in raised.value.detail) == permanent
    assert "consentement" not in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_a_provider_that_cannot_be_reached_is_not_a_refusal() -> None:
    secrets = OAuthSecrets("comptoir", "consentement", f"http://127.0.0.1:{free_port()}/token")

    with pytest.raises(ChannelError) as raised:
        TokenSource(secrets).access_token()

    assert (raised.value.code, raised.value.permanent) == ("unreachable", False)


def test_xoauth2_is_written_as_google_documents_it() -> None:
    written = xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")

    assert written == (
        b"user=someuser@example.com\x01"
        b"auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )


def test_oauthbearer_is_written_as_rfc_7628_has_it() -> None:
    written = oauthbearer("user@example.com", "vF9dft4q", host="server.example.com", port=143)

    assert written == (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4q\x01\x01"
    )


@pytest.mark.mailserver
def test_a_mailbox_is_read_with_oauth_also_after_its_token_was_withdrawn(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, token_provider: TokenProvider
) -> None:
    token_provider.refresh_tokens["consentement"] = perrin.name
    dovecot.deliver(perrin, letter(1))
    oauth = OAuthSecrets("comptoir", "consentement", token_provider.token_url)
    settings = reading(
        dovecot, perrin, auth=Auth.OAUTH2, imap_security=Security.TLS, imap_port=dovecot.tls_port
    )
    connector = connectors(settings, oauth=oauth)

    connector.check()
    token_provider.access_tokens.clear()
    [page] = connector.pull({})

    assert [item.content for item in page.items] == [letter(1)]
    assert len(token_provider.requests) == 2


@pytest.mark.mailserver
def test_a_consent_for_another_mailbox_is_refused(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, token_provider: TokenProvider
) -> None:
    token_provider.refresh_tokens["consentement"] = dovecot.add_user().name
    oauth = OAuthSecrets("comptoir", "consentement", token_provider.token_url)
    connector = connectors(reading(dovecot, perrin, auth=Auth.OAUTH2), oauth=oauth)

    with pytest.raises(ChannelError) as raised:
        connector.check()

    assert (raised.value.code, raised.value.permanent) == ("auth_failed", True)


@pytest.mark.mailserver
def test_a_mailbox_never_connected_says_so(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    with pytest.raises(ChannelError) as raised:
        connectors(reading(dovecot, perrin, auth=Auth.OAUTH2)).check()

    assert (raised.value.code, raised.value.permanent) == ("settings_invalid", True)
