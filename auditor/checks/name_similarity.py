"""How alike two word lists are: the share of letters in common, whatever the order of the words."""

from __future__ import annotations

from collections.abc import Sequence


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """The likeness of two names given as words, 0.0 to 1.0.

    The best of: the joined letters as they stand, the joined letters of the sorted words, and the words in common
    against either side. So a name contained in the other scores 1.0.
    """
    first, second = sorted(set(one)), sorted(set(other))
    common = [word for word in first if word in second]
    shared = " ".join(common)
    left = " ".join([*common, *(word for word in first if word not in common)])
    right = " ".join([*common, *(word for word in second if word not in common)])
    scores = [_ratio("".join(one), "".join(other)), _ratio(left, right), *_rotations(one, other)]
    if shared:
        scores += [_ratio(shared, left), _ratio(shared, right)]
    return max(scores)


def _rotations(one: Sequence[str], other: Sequence[str]) -> list[float]:
    """Likeness with the last words of a short name moved to the front, as with surname and given name."""
    joined = "".join(other)
    return (
        [_ratio("".join([*one[at:], *one[:at]]), joined) for at in range(1, len(one))] if len(one) < 5 else []
    )


def _ratio(one: str, other: str) -> float:
    """Twice the longest common subsequence over both lengths; bits of an integer hold a row of the table."""
    if not one and not other:
        return 1.0
    places: dict[str, int] = {}
    for index, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << index
    full = (1 << len(one)) - 1
    row = full
    for character in other:
        hits = row & places.get(character, 0)
        row = ((row + hits) | (row - hits)) & full
    common = len(one) - row.bit_count()
    return 2 * common / (len(one) + len(other))
