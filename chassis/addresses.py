"""Who a client is by its address: through trusted proxies, and by network where one person has a whole one."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks such as `10.0.0.0/8`, or single addresses, with spaces or commas in between; raises ValueError."""
    return tuple(ip_network(one) for one in text.replace(",", " ").split())


def party(address: str) -> str:
    """Who is limited together: an IPv4 address, or an IPv6 network of 64 bits, for that is what one line gets."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


class Proxies:
    """The proxies that are believed when they say for whom they ask.

    `field` is the one field in which they say it, `x-forwarded-for` or `forwarded` (RFC 7239): a client can send the other.
    """

    def __init__(self, networks: Sequence[Network] = (), field: str = "x-forwarded-for") -> None:
        self._networks = networks
        self.field = field

    def trusted(self, address: str) -> bool:
        """Whether the address is a proxy's."""
        if not self._networks:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
        return any((mapped or parsed) in network for network in self._networks)

    def client(self, peer: str, forwarded: str) -> str:
        """The first address, from the right, that is no proxy's; what stands further left was written by that client itself.

        What is no address is not believed: then the proxy that passed it on is the client.
        """
        client = peer
        for hop in reversed(forwarded.split(",")) if forwarded else ():
            if not self.trusted(client):
                return client
            address = _address(hop if self.field == "x-forwarded-for" else _for(hop))
            if address is None:
                return client
            client = address
        return client


def _for(element: str) -> str:
    """The `for` of one element of Forwarded."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip('"')
    return ""


def _address(text: str) -> str | None:
    """An address as proxies write it: also `[2001:db8::1]:4711` and `192.0.2.1:4711`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
