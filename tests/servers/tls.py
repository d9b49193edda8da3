"""TLS for the little servers: a certificate for this machine, of an authority that nobody trusts unasked."""

from __future__ import annotations

import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

# Made for these tests and good for nothing else: localhost, 127.0.0.1, rdap.test.example and www.test.example.
_AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBizCCATCgAwIBAgIUBpzZgUZqHtgeAS1TvLqu+LXXyGswCgYIKoZIzj0EAwIw
IjEgMB4GA1UEAwwXTG9vcGJhY2sgdGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAw
MDAwWhgPMjEyMDAxMDEwMDAwMDBaMCIxIDAeBgNVBAMMF0xvb3BiYWNrIHRlc3Qg
YXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEfoHcLPbU68gwYz/M
CNE6z9+Wjkhq2wOMvcBNv8my57nAMiWD6o8ji3CDcp6dsdLJANlj4CfPzPedTPTV
Gxp1XKNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0O
BBYEFMkUQ2S6ViXysaJ2Mgg6+GEUXDRhMAoGCCqGSM49BAMCA0kAMEYCIQCHV9kr
NXXICsTwnTFCLjdjw8fJg9k+yhK4Ec7mmlJyswIhALNgbEJ7jJat5objYI1mx2Ut
pI5txm2tn5x5rsdYMHAa
-----END CERTIFICATE-----
"""
_CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIB4jCCAYigAwIBAgIUPyqa7qI3IjMPinuspKO94ctjytMwCgYIKoZIzj0EAwIw
IjEgMB4GA1UEAwwXTG9vcGJhY2sgdGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAw
MDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABBw/zJQp7m+2cCO19acJTHX6nGEEAMWLPAa9
Q2NYq3NmqTfyYwDPKPKIwf54nNCWmnYRwFVerYdzRx8ePNs092KjgacwgaQwDAYD
VR0TAQH/BAIwADAdBgNVHQ4EFgQUf6bPbQ6iKBWTPzmNFY7imp4wLjgwHwYDVR0j
BBgwFoAUyRRDZLpWJfKxonYyCDr4YRRcNGEwEwYDVR0lBAwwCgYIKwYBBQUHAwEw
PwYDVR0RBDgwNoIJbG9jYWxob3N0ghFyZGFwLnRlc3QuZXhhbXBsZYIQd3d3LnRl
c3QuZXhhbXBsZYcEfwAAATAKBggqhkjOPQQDAgNIADBFAiEAx6QkmO8rnOGxFOne
LTu0z1uQkoRG+MfDSyb027NT+RACIAnwRLBIyChtqAkGRuYK59g6mRztBVGcLz3f
XI2X1jrJ
-----END CERTIFICATE-----
"""
_KEY = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIK7ilp4Sohi5men2y1UoNq2BgsA14DMMVIQZm19uDESgoAoGCCqGSM49
AwEHoUQDQgAEHD/MlCnub7ZwI7X1pwlMdfqcYQQAxYs8Br1DY1irc2apN/JjAM8o
8ojB/nic0JaadhHAVV6th3NHHx482zT3Yg==
-----END EC PRIVATE KEY-----
"""


@lru_cache(maxsize=1)
def server_context() -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder, "chain.pem")
        chain.write_text(_CERTIFICATE + _KEY, encoding="ascii")
        context.load_cert_chain(chain)
    return context


@lru_cache(maxsize=1)
def trusting_context() -> ssl.SSLContext:
    """What a client needs to trust the servers here; any other context refuses them."""
    return ssl.create_default_context(cadata=_AUTHORITY)
