"""Scorecard files changed line by line and word by word, with the features of YAML that ruin a reader."""

import random
from collections.abc import Callable, Sequence

WORDS = (
    *("null", "~", "yes", "no", "on", "0x10", "0o17", "1_000", ".inf", "-.inf", ".nan", "1e999", "-1e308", "1e308"),
    "5e-324",
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "0", "-1", "0.0", "-0.0", "1e-300", "1:30"),
    *("0s", "1s", "9999999d", "3650d", "3651d", "1w", "１d", "-1d", "1.5d", "1 per 1d", "0 per 1d", "3 per 3650d"),
    "200%",
    *("first time only", "ever", "once", "each", "measure", "page_view", "product", "website", "pricing"),
    "pricing_viewed",
    *("{}", "[]", "{a: 1}", "[a, [b]]", "''", '""', '"\\e[31m"', '"\\0"', '"\\ud800"', '"\\U0010FFFF"', "'it''s'"),
    "a: b",
    *("*a", "&a", "&a [*a]", "!!python/object:os.system ls", "!!binary aGk=", "!!set {a}", "!local x", "<<", "? x"),
    "- - -",
    *("|", ">", "|9", "|+", "%YAML 3.0", "%TAG ! x", "---", "...", "@x", "`x", "#", "\t", "\u0085", "\u2028"),
    *("\ufeff", "\x07"),
    *("(?=a)", "(a+)+$", "[", "(" * 200, "a{1000}{1000}", "\\p{L}", "^" * 50, "**/" * 40, "*" * 300, "k" * 5_000),
    "9" * 400,
    "[" * 60 + "]" * 60,
    "{a: " * 60 + "1" + "}" * 60,
    "[" * 3_000,
    "- " * 800 + "x",
    "? " * 300 + "x",
    "[" + "x, " * 3_000 + "x]",
)

FILES = (
    "",
    "\n" * 500,
    "{}",
    "version: 1",
    "- version",
    "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [" + f"*{chr(97 + n)}, " * 9 + "]\n" for n in range(9)),
    "version: 1\nsignals:\n" + "".join(f"  s{n}: {{activity: a}}\n" for n in range(400)),
    "%YAML 1.1\n%YAML 1.2\n---\nversion: 1",
    "version: 1\n--- \nversion: 2\n...\n",
    'version: "\\x"\n',
    "\ufeffversion: 1",
    "version: 1\r\nsignals: {}\rscores: {}",
    "? [a]\n: 1",
    "!!map {version: 1}",
    "[" * 5_000,
    "{" * 5_000,
    "a:\n" + "".join(" " * n + "a:\n" for n in range(1, 120)),
)

Change = Callable[[random.Random, list[str], Sequence[Sequence[str]]], None]


def _drop_line(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    del lines[dice.randrange(len(lines))]


def _double_line(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))


def _indent(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    at = dice.randrange(len(lines))
    lines[at] = dice.choice((" ", "  ", "\t", "- ")) + lines[at] if dice.random() < 0.5 else lines[at][2:]


def _value(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    at = dice.randrange(len(lines))
    head, colon, _ = lines[at].partition(": ")
    lines[at] = f"{head}{colon or ' '}{dice.choice(WORDS)}"


def _word(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    at = dice.randrange(len(lines))
    words = lines[at].split(" ")
    words[dice.randrange(len(words))] = dice.choice(WORDS)
    lines[at] = " ".join(words)


def _key(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    at = dice.randrange(len(lines))
    head, colon, tail = lines[at].partition(":")
    indent = head[: len(head) - len(head.lstrip())]
    lines[at] = f"{indent}{dice.choice(WORDS)}{colon}{tail}"


def _splice(dice: random.Random, lines: list[str], seeds: Sequence[Sequence[str]]) -> None:
    other = dice.choice(seeds)
    at = dice.randrange(len(other))
    lines[dice.randrange(len(lines)) :] = other[at:]


def _number(dice: random.Random, lines: list[str], _seeds: Sequence[Sequence[str]]) -> None:
    at = dice.randrange(len(lines))
    digits = "".join(dice.choice("0123456789.-e") for _ in range(dice.randint(1, 12)))
    lines[at] = "".join(digits if sign.isdigit() and dice.random() < 0.5 else sign for sign in lines[at])


CHANGES: tuple[Change, ...] = (
    *(_drop_line, _double_line, _indent, _value, _value, _value, _word, _word, _key, _splice, _number, _number),
)


def mutated_yaml(dice: random.Random, seeds: Sequence[Sequence[str]]) -> str:
    """Return one of some files, given as lines, after one to five changes; now and then a file of another kind."""
    if dice.random() < 0.05:
        return dice.choice(FILES)
    lines = list(dice.choice(seeds))
    for _ in range(dice.choice((1, 1, 1, 1, 2, 2, 3, 5))):
        if lines:
            dice.choice(CHANGES)(dice, lines, seeds)
    return "\n".join(lines)
