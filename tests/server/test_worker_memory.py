"""A worker started as its systemd unit does takes little memory after pages of all kinds."""

import re
import sys
from pathlib import Path

import httpx

from tests.faults.inject_faults import list_workers
from tests.processes import free_port, running
from tests.server.test_supervisor import clean_environment, copy_shop, write_env

ROOT = Path(__file__).parent.parent.parent
# after a long time it takes 2 MB more (python -m bench --rows memory)
MAX_BYTES = 90_000_000
LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
ISBN = "9781732265172"


def test_a_worker_takes_at_most_90_mb(tmp_path: Path, sample_shop: Path) -> None:
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    # the first worker may compile what the installation of a release has compiled
    open_all_pages(tmp_path)
    assert open_all_pages(tmp_path) < MAX_BYTES


def open_all_pages(folder: Path) -> int:
    """Serve the shop and open pages of all kinds; return the bytes that its worker takes."""
    port = free_port()
    command = [sys.executable, *find_options(), "serve", "--bind", f"127.0.0.1:{port}"]
    with running(command, port, folder / "log", clean_environment(), folder) as server:
        with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
            browser.post("/basket", data={"isbn": ISBN, "quantity": "1"})
            pages = ["/", "/basket", "/checkout", "/search?q=the", f"/books/{ISBN}"]
            found = {link for page in pages for link in LINK.findall(browser.get(page).text)}
            assert len(found) > 100
            for link in found:
                assert browser.get(link.replace("&amp;", "&")).status_code == 200, link
        (worker,) = list_workers(server.process.pid)
        (used,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text())
        return int(used) * 1024


def find_options() -> list[str]:
    """Return Python's options in the unit."""
    unit = (ROOT / "docs/deploy/bookshop.service").read_text()
    (options,) = re.findall(r"^ExecStart=\S+/python (.*) serve", unit, re.MULTILINE)
    return str(options).split()
