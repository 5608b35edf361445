"""Tools from npm, each in the version by which the pages were measured."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tests.conftest import BROWSERS

TOOLS = ("lighthouse@12.8.2", "@mdn/mdn-http-observatory@1.4.8", "vnu-jar@26.9.27")
FOLDER = Path("var/npm")
OBSERVATORY = FOLDER / "node_modules/@mdn/mdn-http-observatory"


def find(program: str) -> str:
    """Return the path of a program; raises ClickException if it is not installed."""
    path = shutil.which(program)
    if not path:
        raise click.ClickException(f"Install {program} and try again.")
    return path


def install_tools() -> None:
    """Install the tools, unless they are there; needs node, npm and java."""
    if not (FOLDER / "node_modules/vnu-jar").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        # scripts would download a browser, another jar, and the list of domains preloaded for HTTPS
        options = ["--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([find("npm"), "install", *options, *TOOLS], check=True, stdout=subprocess.DEVNULL)
        (OBSERVATORY / "conf/hsts-preload.json").write_text("{}")


def run_node(script: str | Path, *arguments: str, **env: str) -> Any:
    """Run a script of one of the tools and return the JSON that it prints."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), "")
    done = subprocess.run(
        [find("node"), str(script), *arguments],
        env={**os.environ, "CHROME_PATH": browser, **env},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)


def check_html(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what the Nu HTML checker says of these files."""
    jar = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = [find("java"), "-jar", str(jar), "--format", "json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return messages
