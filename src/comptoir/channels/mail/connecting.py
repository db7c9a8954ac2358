"""Dial a mail server, and say in a merchant's words why that failed.

Every way in which a connection can fail has its own code, because each asks the merchant for
something else: a typing error in the name, a closed port, a certificate that ran out.
"""

from __future__ import annotations

import socket
import ssl

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.mail.settings import Endpoint, Security

# OpenSSL's X509_V_ERR_* numbers: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_CERTIFICATE_CODES = {
    9: "certificate_not_yet_valid",
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_self_signed",
    20: "certificate_untrusted",
    21: "certificate_untrusted",
    62: "certificate_wrong_host",
    64: "certificate_wrong_host",
}

_CERTIFICATE_WORDS = {
    "certificate_not_yet_valid": "The certificate of {host} is not valid yet. Check the date and time of this machine, or ask your mail provider.",
    "certificate_expired": "The certificate of {host} has expired. Only the mail provider can renew it; mail is fetched again as soon as it is.",
    "certificate_self_signed": "{host} shows a certificate it signed itself. If the server is your own, paste its certificate into the settings; otherwise do not connect.",
    "certificate_untrusted": "The certificate of {host} was signed by nobody known here. If the server is your own, paste the signer's certificate into the settings.",
    "certificate_wrong_host": "The certificate shown by {host} belongs to another name. Use the server name that your mail provider documents.",
    "certificate_invalid": "The certificate of {host} cannot be verified ({why}).",
}

# A peer that vanished without a word is noticed after about two minutes instead of two hours.
_KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


def open_socket(endpoint: Endpoint) -> socket.socket:
    """Connect, in TLS unless it comes later or never, with a time limit on every read and write.

    Raises `ChannelError`.
    """
    try:
        sock = socket.create_connection(
            (endpoint.host, endpoint.port), timeout=endpoint.timeout_seconds
        )
    except (OSError, UnicodeError) as error:
        raise connection_failure(error, endpoint) from error
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        option = getattr(socket, name, None)  # not every system has all three
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
    return start_tls(sock, endpoint) if endpoint.security is Security.TLS else sock


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Make a context that verifies chain and name, with the settings' own signers added."""
    context = ssl.create_default_context()
    if endpoint.ca_certificates:
        # Certificates people make themselves leave out extensions that Python 3.13 insists on.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            context.load_verify_locations(cadata=endpoint.ca_certificates)
        except (ssl.SSLError, ValueError) as error:
            detail = "The pasted certificate cannot be read: it must be PEM text."
            raise ChannelError("settings_invalid", detail, permanent=True) from error
    return context


def start_tls(sock: socket.socket, endpoint: Endpoint) -> ssl.SSLSocket:
    """Encrypt an open connection; closes it when that fails. Raises `ChannelError`."""
    try:
        return tls_context(endpoint).wrap_socket(sock, server_hostname=endpoint.host)
    except OSError as error:
        sock.close()
        raise connection_failure(error, endpoint) from error
    except ChannelError:
        sock.close()
        raise


def connection_failure(error: Exception, endpoint: Endpoint) -> ChannelError:
    """Translate what the system said into a code and words."""
    host, port = endpoint.host, endpoint.port
    match error:
        case ssl.SSLCertVerificationError():
            return _certificate_failure(error, host)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            words = f"{host} closed the connection on port {port}."
            return ChannelError("unreachable", words)
        case ssl.SSLError():
            words = f"{host} does not speak TLS on port {port}. Check port and encryption: usual are TLS on 993 (reading) and 465 (sending), STARTTLS on 143 and 587."
            return ChannelError("tls_failed", words)
        case socket.gaierror() | UnicodeError():
            words = f"There is no server called {host}. Check the spelling, and that this machine can look up names."
            return ChannelError("unknown_host", words)
        case ConnectionRefusedError():
            words = f"{host} refuses connections on port {port}. Check the port, and that the server is running."
            return ChannelError("connection_refused", words)
        case TimeoutError():
            words = f"{host} did not answer on port {port} within {endpoint.timeout_seconds:.0f} seconds. A firewall may be in the way, or the port is wrong."
            return ChannelError("timeout", words)
        case _:
            words = f"The connection to {host}, port {port}, was lost ({_reason(error)})."
            return ChannelError("unreachable", words)


def _certificate_failure(error: ssl.SSLCertVerificationError, host: str) -> ChannelError:
    code = _CERTIFICATE_CODES.get(error.verify_code, "certificate_invalid")
    words = _CERTIFICATE_WORDS[code].format(host=host, why=error.verify_message)
    return ChannelError(code, words)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
