"""A simulator with a state file knows its payments after it was stopped or killed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from bookshop.simulator.app import SimulatorConfig, create_simulator
from tests.processes import Process, free_port, running

AUTH = ("sk_test_x", "")
PAYMENT = {
    "amount": "2590",
    "currency": "sgd",
    "confirm": "true",
    "return_url": "https://books.example/",
}


@contextmanager
def running_with_state(folder: Path) -> Iterator[Process]:
    port = free_port()
    command = [sys.executable, "-m", "bookshop", "simulator", "--port", str(port)]
    command += ["--state", str(folder / "state.json"), "--webhook-url", "http://127.0.0.1:9/"]
    with running(command, port, folder / "log") as process:
        yield process


def make_payment(process: Process, method: str, key: str = "") -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    form = {**PAYMENT, "payment_method": method}
    made = httpx.post(f"{process.url}/v1/payment_intents", data=form, auth=AUTH, headers=headers)
    return dict(made.json())


def read_state(process: Process) -> dict[str, Any]:
    return dict(httpx.get(f"{process.url}/_control/state").json())


def await_true(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 15
    while not condition():
        assert monotonic() < deadline
        sleep(0.05)


def test_payments_survive_a_kill(tmp_path: Path) -> None:
    with running_with_state(tmp_path) as first:
        paid = make_payment(first, "pm_card_visa", "order-1")
        slow = make_payment(first, "pm_card_processing")
        form = {"payment_intent": paid["id"], "amount": "100"}
        refund = httpx.post(f"{first.url}/v1/refunds", data=form, auth=AUTH).json()
        file = tmp_path / "state.json"
        await_true(lambda: file.exists() and refund["id"] in file.read_text())
        before = read_state(first)
        first.kill()
    with running_with_state(tmp_path) as second:
        after = read_state(second)
        assert after["charges"].keys() == before["charges"].keys()
        assert [event["id"] for event in after["events"]] == [event["id"] for event in before["events"]]
        assert after["refunds"][refund["id"]] == refund
        assert make_payment(second, "pm_card_visa", "order-1")["id"] == paid["id"]
        # the bank's delay goes on
        await_true(lambda: read_state(second)["payment_intents"][slow["id"]]["status"] == "succeeded")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"objects": 1}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="is not a state of this simulator"):
        create_simulator(SimulatorConfig("http://127.0.0.1:9/", "whsec_x", state_file=file))
    assert file.read_text() == text
