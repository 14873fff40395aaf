import pytest

from shared.events.addresses import faults_of, is_public


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"])
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:192.168.1.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2002:a00:1::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_any_other_address_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("hooks.example.org/in", "url_scheme"),
        ("http://hooks.example.org/in", "url_scheme"),
        ("ftp://hooks.example.org/in", "url_scheme"),
        ("https:///in", "url_scheme"),
        ("https://user:secret@hooks.example.org/in", "url_parts"),
        ("https://hooks.example.org/in#part", "url_parts"),
        ("https://hooks.example.org:99999/in", "url_invalid"),
        ("https://[::1/in", "url_invalid"),
        ("https://xn--0/in", "url_invalid"),
        ("https://a b/in", "url_invalid"),
        ("https://hooks.example.org/\x00", "url_invalid"),
        ("https://127.0.0.1/in", "address_refused"),
        ("https://[::1]/in", "address_refused"),
        ("https://[::ffff:10.0.0.1]/in", "address_refused"),
        ("https://localhost/in", "address_refused"),
        ("https://LOCALHOST./in", "address_refused"),
        ("https://hooks.localhost/in", "address_refused"),
        ("https://postgres.internal/in", "address_refused"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_as_it_is_written(url: str, code: str) -> None:
    assert [fault.code for fault in faults_of(url, allow_private=False)] == [code]


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org/in", "https://hooks.example.org:8443/in?a=1", "https://bücher.example/"],
)
def test_a_public_https_address_is_fine(url: str) -> None:
    assert faults_of(url, allow_private=False) == []


def test_in_a_sandbox_a_local_address_is_fine_too() -> None:
    assert faults_of("http://localhost:9000/in", allow_private=True) == []
