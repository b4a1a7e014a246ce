"""Whom a request comes from, and what of that a client can make up."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.client_address import ClientAddress, limited_as

TRUSTED = ClientAddress([ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")])


def scope(peer: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"host", b"t"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)]
    return {"type": "http", "client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", (), "192.0.2.1"),
        ("192.0.2.1", ("203.0.113.1",), "192.0.2.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.1",), "203.0.113.1"),
        ("10.0.0.1", ("198.51.100.1, 203.0.113.1",), "203.0.113.1"),
        ("10.0.0.1", ("198.51.100.1", "203.0.113.1"), "203.0.113.1"),
        ("10.0.0.1", ("203.0.113.1, 10.9.9.9",), "203.0.113.1"),
        ("10.0.0.1", ("10.7.7.7, 10.9.9.9",), "10.7.7.7"),
        ("10.0.0.1", ("203.0.113.1:5000",), "203.0.113.1"),
        ("10.0.0.1", ("[2001:db8::1]:5000",), "2001:db8::1"),
        ("10.0.0.1", ("2001:db8::1",), "2001:db8::1"),
        ("10.0.0.1", ("203.0.113.1, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.1, \xff, 10.9.9.9",), "10.9.9.9"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("203.0.113.1",), "203.0.113.1"),
        ("2001:db8:ffff::1", ("203.0.113.1",), "203.0.113.1"),
    ],
)
def test_only_what_our_proxies_say_is_believed(peer: str, forwarded: tuple[str, ...], address: str) -> None:
    assert TRUSTED.of(scope(peer, *forwarded)) == address


def test_without_proxies_nobody_is_believed() -> None:
    assert ClientAddress([]).of(scope("127.0.0.1", "203.0.113.1")) == "127.0.0.1"
    assert ClientAddress([]).of({"client": None, "headers": []}) == ""


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_header_is_too_odd(value: str) -> None:
    assert TRUSTED.of(scope("10.0.0.1", value))


@pytest.mark.parametrize(
    ("address", "limited"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:0:0:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_addresses_of_one_site_are_one(address: str, limited: str) -> None:
    assert limited_as(address) == limited


ADDRESSES = st.ip_addresses().map(str)
PROXIES = st.ip_addresses(network="10.0.0.0/8").map(str) | st.ip_addresses(network="2001:db8:ffff::/48").map(
    str
)
STRANGERS = ADDRESSES.filter(lambda address: not TRUSTED.is_proxy(address))
ODD = st.text(st.characters(max_codepoint=255, exclude_characters=","), max_size=30)


def written(address: str, *, port: bool) -> str:
    """As proxies write it, with the port or without."""
    if not port:
        return address
    return f"[{address}]:443" if ":" in address else f"{address}:443"


@given(STRANGERS, st.booleans(), st.lists(PROXIES, max_size=3), st.lists(ADDRESSES | ODD, max_size=4))
def test_whatever_a_client_writes_it_is_known_by_the_address_that_our_proxy_saw(
    client: str, port: bool, proxies: list[str], invented: list[str]
) -> None:
    seen = TRUSTED.of(scope("10.0.0.1", ", ".join([*invented, written(client, port=port), *proxies])))
    assert limited_as(seen) == limited_as(client)


@given(STRANGERS, st.lists(ADDRESSES | ODD, max_size=4))
def test_a_stranger_is_who_asks_whatever_it_says(peer: str, forwarded: list[str]) -> None:
    assert TRUSTED.of(scope(peer, ", ".join(forwarded))) == peer


@given(st.lists(ADDRESSES | ODD | st.tuples(ADDRESSES, ODD).map("%".join), max_size=4))
def test_one_client_is_counted_in_one_form_only(hops: list[str]) -> None:
    counted = limited_as(TRUSTED.of(scope("10.0.0.1", ", ".join(hops))))
    assert counted == str(ip_network(counted, strict=False)).removesuffix("/32")
