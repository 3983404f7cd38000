"""Who a client is by its address, and which proxies are believed about it."""

import pytest

from chassis.addresses import Proxies, parse_networks, party

PROXIES = Proxies(parse_networks("10.0.0.0/8, 2001:db8:1::/48"))
STANDARD = Proxies(parse_networks("10.0.0.0/8 2001:db8:1::/48"), "forwarded")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # no proxy: what it says of others is its own invention
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7, 192.0.2.1", "192.0.2.1"),  # the client wrote the first itself
        ("10.0.0.1", "198.51.100.7, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
        ("10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.1:4711", "192.0.2.1"),
        ("10.0.0.1", "[2001:db8:2::7]:4711", "2001:db8:2::7"),
        ("::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("2001:db8:1::1", "2001:db8:2::7", "2001:db8:2::7"),
        ("nonsense", "192.0.2.1", "nonsense"),
    ],
)
def test_forwarded_addresses_are_read_from_the_right(peer: str, forwarded: str, client: str) -> None:
    """Through proxies that are trusted, up to the first address that is none."""
    assert PROXIES.client(peer, forwarded) == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("for=192.0.2.1", "192.0.2.1"),
        ('for=198.51.100.7;proto=https, proto=https;For="[2001:db8:2::7]:4711";by=10.0.0.1', "2001:db8:2::7"),
        ("for=192.0.2.1, for=_hidden", "10.0.0.1"),
        ("192.0.2.1", "10.0.0.1"),
    ],
)
def test_the_standard_field_is_understood(forwarded: str, client: str) -> None:
    """Forwarded of RFC 7239, when that is what the proxies write."""
    assert STANDARD.client("10.0.0.1", forwarded) == client


def test_nobody_is_believed_unless_told_so() -> None:
    """Without a setting the client is who connects."""
    assert Proxies().client("10.0.0.1", "192.0.2.1") == "10.0.0.1"
    assert not Proxies().trusted("10.0.0.1")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_line_is_one_party(address: str, expected: str) -> None:
    """An IPv4 address, or the 64 bits of IPv6 that a line gets, whatever addresses it makes of them."""
    assert party(address) == expected
