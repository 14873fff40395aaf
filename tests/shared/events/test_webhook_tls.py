import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.db import Database
from shared.events.webhooks import Deliverer, delivery_client
from tests.shared.events.news import running, until, value
from tests.shared.events.receivers import an_endpoint, names

HERE = names({"hooks.example.org": ["127.0.0.1"], "other.example.org": ["127.0.0.1"]})


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for hooks.example.org, with its key, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.org")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "hooks.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return file


@asynccontextmanager
async def a_server(certificate: Path, heard: list[bytes]) -> AsyncIterator[int]:
    """A TLS server on this machine that notes what it hears and answers 204; gives its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(
            next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")).split()[
                1
            ]
        )
        heard.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def test_over_tls_the_certificate_must_be_the_names_and_not_the_addresss(
    kit_db: Database, certificate: Path
) -> None:
    heard: list[bytes] = []
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with a_server(certificate, heard) as port, delivery_client(verify=trusting) as client:
        await an_endpoint(kit_db, url=f"https://hooks.example.org:{port}/in")
        await an_endpoint(kit_db, url=f"https://other.example.org:{port}/in")
        worker = Deliverer(kit_db, client, look_up=HERE, allow_private=True, schedule=(), poll=0.02)

        async def both_tried() -> bool:
            return await value(kit_db, "select count(*) from webhook_attempts") == 2

        async with running(worker.run):
            await until(both_tried)
    assert len(heard) == 1
    assert f"\r\nHost: hooks.example.org:{port}\r\n".encode().lower() in heard[0].lower()
    assert await value(kit_db, "select count(*) from webhook_attempts where error = 'connection_failed'") == 1
