"""Faults: what may go wrong with Stripe, how often, and with which requests or events."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

WEBHOOK_KINDS = ("webhook-lost", "webhook-late", "webhook-doubled", "webhook-reordered")
ERROR_KINDS = ("error-401", "error-403", "error-429", "error-500", "error-502")
REQUEST_KINDS = (*ERROR_KINDS, "timeout-before", "reply-lost", "slow")
FROZEN_CLOCK = "frozen-clock"
KINDS = (*WEBHOOK_KINDS, *REQUEST_KINDS, FROZEN_CLOCK)
DEFAULT_SECONDS = {"webhook-late": 5.0, "webhook-reordered": 5.0, "timeout-before": 30.0, "slow": 5.0}
MAX_SECONDS = 3600
# the parameters of each kind, beside those that parameter_names adds
PARAMETERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(WEBHOOK_KINDS, ("times", "event")),
    **dict.fromkeys(REQUEST_KINDS, ("times", "method", "path")),
    FROZEN_CLOCK: ("at",),
}


@dataclass(frozen=True)
class InjectedFault:
    """A fault that strikes what matches `times` times; 0 means until it is cleared."""

    kind: str
    times: int = 1
    method: str = ""
    path: str = "/v1/"
    event: str = ""
    seconds: float = 0
    should_retry: str = ""
    at: int | None = None

    def strikes_request(self, method: str, path: str) -> bool:
        matches = self.method in ("", method) and path.startswith(self.path)
        # a fault must not block the addresses that clear it
        return self.kind in REQUEST_KINDS and matches and not path.startswith("/_control/")

    def strikes_event(self, event: str) -> bool:
        """Return whether it strikes the webhooks of this type of event."""
        return self.kind in WEBHOOK_KINDS and event.startswith(self.event)

    def to_dict(self) -> dict[str, Any]:
        """Return the kind and its parameters."""
        names = ("kind", *parameter_names(self.kind))
        return {name: value for name, value in asdict(self).items() if name in names}


def parse_fault(text: str) -> InjectedFault:
    """Parse KIND[:KEY=VALUE,…], as on the command line; raises ValueError."""
    kind, _, rest = text.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    return read_fault({"kind": kind, **{name: value for name, _, value in pairs}})


def read_fault(fields: Mapping[str, object]) -> InjectedFault:
    """Read a fault from its kind and parameters; raises ValueError."""
    texts = {name: str(value).strip() for name, value in fields.items()}
    kind = texts.pop("kind", "")
    check_parameters(kind, texts)
    fault = InjectedFault(
        kind,
        times=read_number(texts, "times", 1),
        method=texts.get("method", "").upper(),
        path=texts.get("path", "/v1/"),
        event=texts.get("event", ""),
        seconds=read_seconds(texts, DEFAULT_SECONDS.get(kind, 0)),
        should_retry=texts.get("should_retry", "").lower(),
        at=read_number(texts, "at", 0) if "at" in texts else None,
    )
    if not fault.path.startswith("/"):
        raise ValueError(f"path must begin with /, not {fault.path!r}")
    if fault.should_retry not in ("", "true", "false"):
        raise ValueError("should_retry must be true or false")
    return fault


def check_parameters(kind: str, texts: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise ValueError(f"Unknown fault {kind!r}: must be one of {', '.join(KINDS)}")
    allowed = parameter_names(kind)
    for name in texts:
        if name not in allowed:
            raise ValueError(f"{kind} has no parameter {name!r}: use {', '.join(allowed)}")


def parameter_names(kind: str) -> tuple[str, ...]:
    more = ("seconds",) if kind in DEFAULT_SECONDS else ("should_retry",) if kind in ERROR_KINDS else ()
    return (*PARAMETERS[kind], *more)


def read_number(texts: Mapping[str, str], name: str, default: int) -> int:
    text = texts.get(name, str(default))
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def read_seconds(texts: Mapping[str, str], default: float) -> float:
    text = texts.get("seconds", str(default))
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"seconds must be a number from 0 to {MAX_SECONDS}, not {text!r}")
    return seconds
