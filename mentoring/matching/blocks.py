"""Comparisons of some mentors with all mentees at once: rows are mentors, columns are mentees.

A comparison is prepared once and then asked for a few rows at a time, so that its answers stay small.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = Callable[[slice], NDArray[Any]]
Words = NDArray[np.uint64]
_BITS = 64


def equal(mentors: Sequence[Hashable], mentees: Sequence[Hashable]) -> Block:
    """True where both have the same; what is empty equals nothing."""
    numbers = {key: number for number, key in enumerate(dict.fromkeys(key for key in mentees if key), 1)}
    rows = np.array([numbers.get(key, -1) for key in mentors], dtype=np.int32)
    columns = np.array([numbers.get(key, -2) for key in mentees], dtype=np.int32)
    return lambda some: rows[some, None] == columns


def shared(mentors: Sequence[Collection[str]], mentees: Sequence[Collection[str]], most: int) -> Block:
    """How many each two have in common, counted up to `most`."""
    both = set().union(*mentors) & set().union(*mentees)
    bit = {word: 1 << place for place, word in enumerate(sorted(both))}
    rows, columns = (
        packed([sum(bit[word] for word in both.intersection(words)) for words in side], len(bit))
        for side in (mentors, mentees)
    )

    def counted(some: slice) -> NDArray[Any]:
        found = np.zeros((len(rows[some]), len(columns)), dtype=np.int32)
        for word in range(rows.shape[1]):
            found += np.bitwise_count(rows[some, word, None] & columns[:, word])
        return np.minimum(found, most, out=found)

    return counted


def meeting(mentors: Sequence[int], mentees: Sequence[int], bits: int) -> Block:
    """True where the two numbers have a bit in common."""
    rows, columns = packed(mentors, bits), packed(mentees, bits)

    def found(some: slice) -> NDArray[Any]:
        common = np.zeros((len(rows[some]), len(columns)), dtype=np.uint64)
        for word in range(rows.shape[1]):
            common |= rows[some, word, None] & columns[:, word]
        return np.not_equal(common, 0)

    return found


def listed(pairs: Iterable[tuple[int, int, int]], columns: int) -> Block:
    """Zero but for the pairs listed: row, column, value."""
    ordered = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 3)

    def placed(some: slice) -> NDArray[Any]:
        found = np.zeros((some.stop - some.start, columns), dtype=np.int32)
        first, last = np.searchsorted(ordered[:, 0], (some.start, some.stop))
        row, column, value = ordered[first:last].T
        found[row - some.start, column] = value
        return found

    return placed


def packed(numbers: Sequence[int], bits: int) -> Words:
    """Long numbers as words of 64 bits, one row for each."""
    width = max(1, -(-bits // _BITS))
    data = b"".join(number.to_bytes(width * _BITS // 8, "little") for number in numbers)
    return np.frombuffer(data, dtype="<u8").reshape(len(numbers), width)
