"""JSON changed where it hurts: values of another kind or size, keys missing, doubled, renamed, documents nested.

A document is held as nested `Members` and lists, so that a key may come twice; `Raw` text is written as it stands.
"""

import json
import random
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Any

from tests.fuzz.hostile import CANARY, INSTANTS, JSON_TOKENS, TEXTS

NAMES = ("type", "id", "lead_id", "verdict", "url", CANARY)
MEMBERS_MAX = 300
DEPTH_MAX = 400

Slot = tuple[list[Any], int]


class Raw(str):
    """Text that is written without quotes."""

    __slots__ = ()


class Members(list[list[Any]]):
    """An object: [key, value] pairs in order, a key perhaps twice."""

    __slots__ = ()


def tree_of(data: bytes) -> Any:
    """Return a document's tree; what is no JSON comes back as raw text."""
    try:
        return json.loads(data, object_pairs_hook=lambda pairs: Members(map(list, pairs)))
    except (ValueError, RecursionError):
        return Raw(data.decode("utf-8", errors="replace"))


def written(tree: Any) -> str:
    """Return a tree as JSON text."""
    if isinstance(tree, Raw):
        return tree
    if isinstance(tree, Members):
        return "{" + ",".join(f"{written(key)}:{written(value)}" for key, value in tree) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(written, tree)) + "]"
    return encode_basestring(tree) if isinstance(tree, str) else json.dumps(tree)


def copied(tree: Any) -> Any:
    """Return a tree that can be changed without harm to the first."""
    return type(tree)(map(copied, tree)) if isinstance(tree, list) else tree


def _slots(tree: list[Any], found: list[Slot]) -> list[Slot]:
    """Return every place of a value, and of a key, in a tree."""
    for index, value in enumerate(tree):
        # Of an object a value is a pair.
        holder, place = (value, 1) if isinstance(tree, Members) else (tree, index)
        found.append((holder, place))
        if isinstance(holder[place], list):
            _slots(holder[place], found)
    return found


def _hostile(dice: random.Random) -> Any:
    kind = dice.randrange(6)
    if kind == 0:
        return dice.choice(INSTANTS)
    if kind in (1, 2):
        return dice.choice(TEXTS)
    if kind == 3:
        return dice.randint(-(2**70), 2**70) >> dice.randrange(70)
    return Raw(dice.choice(JSON_TOKENS))


def _replace(dice: random.Random, _tree: list[Any], slot: Slot) -> None:
    slot[0][slot[1]] = _hostile(dice)


def _nest(dice: random.Random, _tree: list[Any], slot: Slot) -> None:
    depth = dice.choice((1, 2, 30, DEPTH_MAX))
    head, tail = dice.choice((("[", "]"), ('{"a":', "}")))
    slot[0][slot[1]] = Raw(head * depth + written(slot[0][slot[1]]) + tail * depth)


def _swap(dice: random.Random, tree: list[Any], slot: Slot) -> None:
    there, index = dice.choice(_slots(tree, []))
    slot[0][slot[1]] = copied(there[index])


def _drop(dice: random.Random, tree: list[Any], _slot: Slot) -> None:
    del tree[dice.randrange(len(tree))]


def _double(dice: random.Random, tree: list[Any], _slot: Slot) -> None:
    tree.insert(dice.randrange(len(tree)), copied(dice.choice(tree)))


def _add(dice: random.Random, tree: list[Any], _slot: Slot) -> None:
    name = dice.choice(TEXTS if dice.random() < 0.5 else NAMES)
    tree.append([name, _hostile(dice)] if isinstance(tree, Members) else _hostile(dice))


def _rename(dice: random.Random, tree: list[Any], _slot: Slot) -> None:
    if isinstance(tree, Members):
        dice.choice(tree)[0] = dice.choice(TEXTS) if dice.random() < 0.7 else Raw(dice.choice(JSON_TOKENS))


def _crowd(dice: random.Random, _tree: list[Any], slot: Slot) -> None:
    count = dice.choice((2, 64, 65, MEMBERS_MAX))
    value = _hostile(dice) if dice.random() < 0.3 else CANARY
    value = Raw("0") if isinstance(value, str) and len(value) > 1_000 else value
    slot[0][slot[1]] = Members([f"{CANARY}{number}", value] for number in range(count))


def _add_within(dice: random.Random, _tree: list[Any], slot: Slot) -> None:
    inner = slot[0][slot[1]]
    if isinstance(inner, Members):
        _add(dice, inner, slot)


CHANGES: tuple[Callable[[random.Random, list[Any], Slot], None], ...] = (
    *(_replace, _replace, _replace, _nest, _swap, _drop, _double, _add, _add_within, _rename, _crowd),
)


def mutated_json(dice: random.Random, seeds: Sequence[Any]) -> str:
    """Return one of some documents after one to six changes, as text."""
    tree = copied(dice.choice(seeds))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        if not isinstance(tree, list) or not tree:
            tree = [_hostile(dice), CANARY] if dice.random() < 0.5 else copied(dice.choice(seeds))
            continue
        dice.choice(CHANGES)(dice, tree, dice.choice(_slots(tree, [])))
    return written(tree)
