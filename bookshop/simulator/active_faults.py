"""The faults that are set now; each is used up as often as it says."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bookshop.simulator.clock import Clock
from bookshop.simulator.faults import FROZEN_CLOCK, InjectedFault
from bookshop.simulator.objects.base import new_id


class ActiveFaults:
    """The faults by id, the oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._faults: dict[str, InjectedFault] = {}

    def add(self, fault: InjectedFault) -> str:
        """Set a fault, and return its id; a frozen clock replaces an earlier one."""
        fault_id = new_id("fault_", 12)
        if fault.kind == FROZEN_CLOCK:
            self._clock.freeze(fault.at)
            fault = replace(fault, at=self._clock.now())
            self._faults = {name: one for name, one in self._faults.items() if one.kind != FROZEN_CLOCK}
        self._faults[fault_id] = fault
        return fault_id

    def to_list(self) -> list[dict[str, Any]]:
        """Return the faults, with the times that they will still strike."""
        return [{"id": fault_id, **fault.to_dict()} for fault_id, fault in self._faults.items()]

    def remove(self, fault_id: str) -> bool:
        """Clear a fault; return False if it does not exist."""
        fault = self._faults.pop(fault_id, None)
        if fault and fault.kind == FROZEN_CLOCK:
            self._clock.unfreeze()
        return fault is not None

    def clear(self) -> None:
        for fault_id in list(self._faults):
            self.remove(fault_id)

    def take_for_request(self, method: str, path: str) -> InjectedFault | None:
        """Return the first fault that strikes a request, used once."""
        return self._take(name for name, one in self._faults.items() if one.strikes_request(method, path))

    def take_for_event(self, event: str) -> InjectedFault | None:
        """Return the first fault that strikes a type of event, used once."""
        return self._take(name for name, one in self._faults.items() if one.strikes_event(event))

    def _take(self, fault_ids: Iterator[str]) -> InjectedFault | None:
        fault_id = next(fault_ids, None)
        if fault_id is None:
            return None
        fault = self._faults[fault_id]
        if fault.times == 1:
            del self._faults[fault_id]
        elif fault.times > 1:
            self._faults[fault_id] = replace(fault, times=fault.times - 1)
        return fault
