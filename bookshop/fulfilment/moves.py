"""Moves of copies from one state to another: what every action makes of an order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bookshop.fulfilment.copies import CopyState, LineCopies


class Move(NamedTuple):
    """Copies of a book that leave one state for another."""

    isbn: str
    start: CopyState
    end: CopyState
    quantity: int

    @property
    def reversed(self) -> "Move":
        """Return the move that undoes this one."""
        return Move(self.isbn, self.end, self.start, self.quantity)


class ImpossibleMove(Exception):
    """There are fewer copies in a state than are to leave it."""


def apply_moves(copies: Iterable[LineCopies], moves: Iterable[Move]) -> tuple[LineCopies, ...]:
    """Return where the copies of an order are after these moves; raises ImpossibleMove."""
    counts = {line.isbn: Counter(line.counts) for line in copies}
    for move in moves:
        states = counts.get(move.isbn, Counter())
        if not 0 < move.quantity <= states[move.start]:
            raise ImpossibleMove(f"{move.quantity} of {move.isbn} from {move.start} to {move.end}")
        states[move.start] -= move.quantity
        states[move.end] += move.quantity
    return tuple(replace(line, counts=dict(counts[line.isbn])) for line in copies)


def moved_copies(moves: Iterable[Move]) -> dict[str, int]:
    """Return how many copies are moved, by ISBN."""
    moved: Counter[str] = Counter()
    for move in moves:
        moved[move.isbn] += move.quantity
    return dict(moved)


def moves_to_json(moves: Iterable[Move]) -> list[list[str | int]]:
    """Return the moves as an entry of the timeline keeps them."""
    return [[move.isbn, move.start.value, move.end.value, move.quantity] for move in moves]


def moves_of(details: Mapping[str, Any]) -> tuple[Move, ...]:
    """Return the moves that an entry of the timeline has kept."""
    return tuple(
        Move(isbn, CopyState(start), CopyState(end), quantity)
        for isbn, start, end, quantity in details.get("moves", [])
    )
