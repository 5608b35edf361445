"""Faults on demand: what can go wrong with Stripe, how often, and with which requests or events."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bookshop.simulator.clock import Clock
from bookshop.simulator.objects import new_id

WEBHOOK_KINDS = ("webhook-lost", "webhook-late", "webhook-doubled", "webhook-reordered")
ERROR_KINDS = ("error-429", "error-500", "error-502")
REQUEST_KINDS = (*ERROR_KINDS, "timeout-before", "reply-lost", "slow")
CLOCK = "frozen-clock"
KINDS = (*WEBHOOK_KINDS, *REQUEST_KINDS, CLOCK)
SECONDS = {"webhook-late": 5.0, "webhook-reordered": 5.0, "timeout-before": 30.0, "slow": 5.0}
# what may be said of which kinds, beside the kind
PARAMETERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(WEBHOOK_KINDS, ("times", "event")),
    **dict.fromkeys(REQUEST_KINDS, ("times", "method", "path")),
    CLOCK: ("at",),
}


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong `times` times (0: until it is cleared) with what matches."""

    kind: str
    times: int = 1
    method: str = ""
    path: str = "/v1/"
    event: str = ""
    seconds: float = 0
    should_retry: str = ""
    at: int | None = None

    def strikes_request(self, method: str, path: str) -> bool:
        """Whether a request meets this fault."""
        is_meant = self.method in ("", method) and path.startswith(self.path)
        # a fault must not take away the means to clear it
        return self.kind in REQUEST_KINDS and is_meant and not path.startswith("/_control/")

    def strikes_event(self, event: str) -> bool:
        """Whether a webhook about such an event meets this fault."""
        return self.kind in WEBHOOK_KINDS and event.startswith(self.event)

    def to_dict(self) -> dict[str, Any]:
        """The kind and what may be said of it."""
        return {name: value for name, value in asdict(self).items() if name in ("kind", *allowed(self.kind))}


def parse_fault(text: str) -> Fault:
    """Read KIND[:key=value,…], as on the command line; raises ValueError."""
    kind, _, rest = text.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    return read_fault({"kind": kind, **{name: value for name, _, value in pairs}})


def read_fault(said: Mapping[str, object]) -> Fault:
    """Make a fault of words; raises ValueError for those that mean nothing."""
    words = {name: str(value).strip() for name, value in said.items()}
    kind = words.pop("kind", "")
    if kind not in KINDS:
        raise ValueError(f"Unknown fault {kind!r}: must be one of {', '.join(KINDS)}")
    for name in words:
        if name not in allowed(kind):
            raise ValueError(f"{kind} knows no {name!r}: it takes {', '.join(allowed(kind))}")
    fault = Fault(
        kind,
        times=read_number(words, "times", 1),
        method=words.get("method", "").upper(),
        path=words.get("path", "/v1/"),
        event=words.get("event", ""),
        seconds=read_seconds(words, SECONDS.get(kind, 0)),
        should_retry=words.get("should_retry", "").lower(),
        at=read_number(words, "at", 0) if "at" in words else None,
    )
    if not fault.path.startswith("/"):
        raise ValueError(f"path must begin with /, not {fault.path!r}")
    if fault.should_retry not in ("", "true", "false"):
        raise ValueError("should_retry must be true or false")
    return fault


def allowed(kind: str) -> tuple[str, ...]:
    """What may be said of a kind."""
    more = ("seconds",) if kind in SECONDS else ("should_retry",) if kind in ERROR_KINDS else ()
    return (*PARAMETERS[kind], *more)


def read_number(words: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of no less than zero."""
    text = words.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def read_seconds(words: Mapping[str, str], default: float) -> float:
    """A length of time, of an hour at most."""
    text = words.get("seconds", str(default))
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise ValueError(f"seconds must be a number from 0 to 3600, not {text!r}")
    return seconds


class Faults:
    """The faults that stand; each is used up as often as it says."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._standing: dict[str, Fault] = {}

    def add(self, fault: Fault) -> str:
        """Let something go wrong from now on; gives the fault's id."""
        ident = new_id("fault_", 12)
        if fault.kind == CLOCK:
            self._clock.freeze(fault.at)
            fault = replace(fault, at=self._clock.now())
            self._standing = {name: each for name, each in self._standing.items() if each.kind != CLOCK}
        self._standing[ident] = fault
        return ident

    def to_list(self) -> list[dict[str, Any]]:
        """What stands, with the times that are left."""
        return [{"id": ident, **fault.to_dict()} for ident, fault in self._standing.items()]

    def remove(self, ident: str) -> bool:
        """Let one thing be right again; False when there is no such fault."""
        fault = self._standing.pop(ident, None)
        if fault and fault.kind == CLOCK:
            self._clock.run()
        return fault is not None

    def clear(self) -> None:
        """Let everything be right again."""
        for ident in list(self._standing):
            self.remove(ident)

    def take_request(self, method: str, path: str) -> Fault | None:
        """The fault that a request meets, used once."""
        return self._take(
            ident for ident, each in self._standing.items() if each.strikes_request(method, path)
        )

    def take_event(self, event: str) -> Fault | None:
        """The fault that a webhook meets, used once."""
        return self._take(ident for ident, each in self._standing.items() if each.strikes_event(event))

    def _take(self, idents: Iterator[str]) -> Fault | None:
        ident = next(idents, None)
        if ident is None:
            return None
        fault = self._standing[ident]
        if fault.times == 1:
            del self._standing[ident]
        elif fault.times > 1:
            self._standing[ident] = replace(fault, times=fault.times - 1)
        return fault
