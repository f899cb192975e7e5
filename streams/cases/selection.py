"""Which cases are meant by some words: ``pricing and not demo``, as pytest's -k has it, without its brackets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Alternatives, of which one must hold: each a list of words that are in the name, or (False) are not."""

    alternatives: tuple[tuple[tuple[str, bool], ...], ...]

    def takes(self, name: str) -> bool:
        """Return whether a name is selected; upper and lower case are alike."""
        folded = name.casefold()
        return any(all((word in folded) is is_in for word, is_in in words) for words in self.alternatives)


def selection(text: str) -> Selection:
    """Return what words select.

    Args:
        text: Words of names, with ``and``, ``or``, ``not`` between them.

    Example:
        >>> selection("pricing and not demo").takes("Two pricing views")
        True
    """
    alternatives = []
    for alternative in f" {text.casefold()} ".split(" or "):
        words = [word.strip() for word in f" {alternative} ".split(" and ")]
        alternatives.append(tuple((word.removeprefix("not ").strip(), not word.startswith("not ")) for word in words))
    return Selection(tuple(alternatives))
