"""Who went from where to where: bands from the left to the right, as thick as they are many.

Where both sides are the same ladder, those who stayed are told in words and not drawn: they are most, and would leave
those who moved, whom the picture is about, as thin as hairs.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from streams.report.curve import apart
from streams.report.markup import element
from streams.report.picture import CHARACTER_WIDTH, WIDTH, behind, label, picture, titled
from streams.report.sections import Flow
from streams.report.wording import clipped, number, with_unit

NAME_CHARACTERS_MAX = 28
_HEIGHT_MIN = 220
_SLOT = 40
_HEAD = 30
_GAP = 14
_POST = 10
_BAND_MIN = 1.2

Count = tuple[int, int, int]
"""From which source, to which target, how many."""


@dataclass(slots=True)
class Post:
    """One end of bands: a source or a target, how many go there, and where it stands."""

    name: str
    many: int
    top: float = 0.0
    thick: float = 0.0
    taken: float = 0.0

    def taking(self, share: float) -> float:
        """Return the top of the next band's end, which takes a share of the post."""
        top = self.top + self.taken
        self.taken += share
        return top


def drawn(flow: Flow) -> list[Element]:
    """Return what is said of a flow, its picture and its table."""
    is_ladder = flow.sources == flow.targets
    moved = [
        (source, target, count)
        for source, row in enumerate(flow.counts)
        for target, count in enumerate(row)
        if count and not (is_ladder and source == target)
    ]
    parts = [_said(flow)] if is_ladder else []
    if moved:
        parts.append(_picture(flow, moved, is_ladder=is_ladder))
    elif not is_ladder:
        parts.append(element("p", {"class": "note"}, "There is nothing to show."))
    if not flow.sources:
        return parts
    rows = (
        (source, *(number(count) if count else "·" for count in row), number(sum(row)))
        for source, row in zip(flow.sources, flow.counts, strict=True)
    )
    head = (f"{flow.sources_title} ↓   {flow.targets_title} →", *flow.targets, "all")
    return [*parts, behind(head, rows)]


def _said(flow: Flow) -> Element:
    """Return how many rose, fell and stayed, as a sentence that is the key to the colours too."""
    pairs = [(target - source, count) for source, row in enumerate(flow.counts) for target, count in enumerate(row)]
    rose = sum(count for way, count in pairs if way > 0)
    fell = sum(count for way, count in pairs if way < 0)
    stayed = sum(count for way, count in pairs if way == 0)
    words = [_word("rose", f"{number(rose)} up"), _word("fell", f"{number(fell)} down")]
    if stayed:
        words.append(_word("stayed", f"{number(stayed)} unchanged, not drawn"))
    return element("ul", {"class": "key"}, *words)


def _word(kind: str, text: str) -> Element:
    return element("li", None, element("i", {"class": kind}), text)


def _picture(flow: Flow, moved: list[Count], *, is_ladder: bool) -> Element:
    sources = [Post(name, sum(n for s, _, n in moved if s == at)) for at, name in enumerate(flow.sources)]
    targets = [Post(name, sum(n for _, t, n in moved if t == at)) for at, name in enumerate(flow.targets)]
    height = max(_HEIGHT_MIN, _SLOT * max(len(sources), len(targets)))
    everybody = sum(count for _, _, count in moved)
    room = height - _GAP * max(len(sources), len(targets))
    for side in (sources, targets):
        _stand(side, everybody, room, height, upside_down=is_ladder)
    left = max(len(_named(post)) for post in sources) * CHARACTER_WIDTH + 12
    right = WIDTH - max(len(_named(post)) for post in targets) * CHARACTER_WIDTH - 18
    # Bands leave a post in the order in which the others stand, so that few cross.
    ordered = sorted(moved, key=lambda one: (sources[one[0]].top, targets[one[1]].top))
    begins = {one[:2]: sources[one[0]].taking(_thick(one[2], everybody, room)) for one in ordered}
    ordered.sort(key=lambda one: (targets[one[1]].top, sources[one[0]].top))
    bands = []
    for source, target, count in ordered:
        thick = _thick(count, everybody, room)
        ends = (begins[source, target], targets[target].taking(thick), max(thick, _BAND_MIN))
        way = "plain" if not is_ladder else "rose" if target > source else "fell"
        text = f"{flow.sources[source]} → {flow.targets[target]}: {with_unit(number(count), flow.unit)}"
        bands.append(titled(_band(left + _POST, right - _POST, ends, way), text))
    heads = [label(left, 14, flow.sources_title, "end quiet"), label(right, 14, flow.targets_title, "quiet")]
    posts = [*_posts(sources, left, left - 8, "end "), *_posts(targets, right - _POST, right + 8, "")]
    told = f"Flow chart: {flow.title}. The table after it has the figures."
    return picture(height + _HEAD, told, *heads, *bands, *posts)


def _thick(count: int, everybody: int, room: float) -> float:
    return count / everybody * room


def _stand(posts: list[Post], everybody: int, room: float, height: float, *, upside_down: bool) -> None:
    """Place the posts of a side, the top of a ladder above; none nearer to the next than their names are high."""
    order = posts[::-1] if upside_down else posts
    slack = height - sum(_thick(post.many, everybody, room) for post in posts)
    top = float(_HEAD)
    for post in order:
        post.thick = _thick(post.many, everybody, room)
        post.top = top
        top += post.thick + slack / len(posts)


def _named(post: Post) -> str:
    return f"{clipped(post.name, NAME_CHARACTERS_MAX)} {number(post.many)}"


def _posts(posts: list[Post], x: float, aside: float, way: str) -> list[Element]:
    wanted = sorted((post.top + post.thick / 2, place) for place, post in enumerate(posts))
    heights = apart([y for y, _ in wanted], 17.0, _HEAD + 4, 10_000)
    parts = []
    for y, (_, place) in zip(heights, wanted, strict=True):
        post = posts[place]
        size = {"x": round(x, 1), "y": round(post.top, 1), "width": _POST, "height": round(max(post.thick, 1.5), 1)}
        named = label(aside, y + 4.5, _named(post), f"{way}{'plain' if post.many else 'quiet'}")
        parts += [element("rect", {**size, "class": "post"}), titled(named, post.name)]
    return parts


def _band(left: float, right: float, ends: tuple[float, float, float], way: str) -> Element:
    """Return a band between two posts; ``ends`` are the tops of its ends and how thick it is."""
    begin, end, thick = (round(value, 1) for value in ends)
    middle = round((left + right) / 2, 1)
    left, right = round(left, 1), round(right, 1)
    low_begin, low_end = round(begin + thick, 1), round(end + thick, 1)
    there = f"M{left} {begin}C{middle} {begin} {middle} {end} {right} {end}"
    back = f"V{low_end}C{middle} {low_end} {middle} {low_begin} {left} {low_begin}Z"
    return element("path", {"d": there + back, "class": f"band {way}"})
