"""A real nginx with the configuration of docs/deploy, in front of a real shop."""

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import httpx
import pytest

from tests.builders import ENVIRONMENT
from tests.processes import Process, free_port, running
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run

CONFIGURATION = Path(__file__).parents[2] / "docs/deploy/nginx.conf"
NAME = "books.example.com"


@dataclass(frozen=True)
class Site:
    """A shop behind nginx, as the world sees it."""

    https_port: int
    http_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def database(self) -> Path:
        return self.folder / "shop.db"

    def client(self, address: str = "127.0.0.1", *, http2: bool = True, **options: object) -> httpx.Client:
        """A browser that trusts the certificate, at an address of its own."""
        transport = httpx.HTTPTransport(verify=self.trust(), http2=http2, local_address=address)
        return httpx.Client(transport=transport, base_url=self.url, **options)  # type: ignore[arg-type]  # httpx's own

    def trust(self) -> ssl.SSLContext:
        """Trust in the certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "certificate"))


@contextmanager
def running_site(folder: Path, workers: int = 1, **env: str) -> Iterator[tuple[Site, Process]]:
    """Run nginx and a shop with the sample books behind it; the process is the shop's."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        complain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        complain("no nginx or no openssl on this machine")
    site, shop_port = Site(free_port(), free_port(), folder), free_port()
    make_certificate(folder)
    (folder / "nginx.conf").write_text(adapt_configuration(site, shop_port))
    env = {
        **clean_environment(),
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{site.database}",
        "SHOP_URL": site.url,
        "TRUSTED_PROXIES": "1",
        **env,
    }
    assert run(["migrate", "--with-samples"], folder, **env).returncode == 0
    serve = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{shop_port}", "--workers", str(workers)]
    nginx = ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]
    with (
        running(serve, shop_port, folder / "shop.log", env, folder) as shop,
        running(nginx, site.http_port, folder / "nginx.log", cwd=folder),
    ):
        yield site, shop


def make_certificate(folder: Path) -> None:
    """Make a self-signed certificate for this machine."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def adapt_configuration(site: Site, shop_port: int) -> str:
    """Replace the names, ports and folders of the configuration, and nothing else."""
    text = CONFIGURATION.read_text()
    for pattern, value in (
        (r"listen \[::\].*\n", "\n"),
        (r"listen 80;", f"listen 127.0.0.1:{site.http_port};"),
        (r"listen 443 ", f"listen 127.0.0.1:{site.https_port} "),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{shop_port}"),
        (rf"https://{NAME}\$", f"{site.url}$"),
        (rf"server_name {NAME}", "server_name localhost"),
        (rf"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(site.folder / "certificate")),
        (rf"/etc/letsencrypt/live/{NAME}/privkey.pem", str(site.folder / "key")),
        (r"/var/cache/nginx/bookshop", str(site.folder / "cache")),
        (r"/var/log/nginx", str(site.folder)),
    ):
        text, count = re.subn(pattern, value, text)
        assert count, pattern
    assert NAME not in re.sub("#.*", "", text)
    folders = "".join(
        f"{kind}_temp_path {site.folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off; user {getuser()}; pid {site.folder}/pid; error_log stderr warn; events {{}}\n"
    # gzip as in Debian's own configuration around it
    return f"{head}http {{ access_log off;\n{folders}gzip on;\n{text}}}\n"
