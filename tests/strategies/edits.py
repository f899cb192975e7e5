"""Random edits of a scorecard, as people make them: other points, another decay, a new name, something more or less."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st

from scorer import Scorecard
from scorer.rules.scorecard import Criterion, Group, InactivityCriterion, Score, Side, SignalCriterion, Stage
from tests.strategies.scorecards import decays, points, scores, signal_criteria

Edit = Callable[[st.DrawFn, Scorecard], Scorecard]


@st.composite
def edited(draw: st.DrawFn, scorecard: Scorecard, edits_max: int = 3) -> Scorecard:
    """Return a scorecard after some edits, perhaps none; edits can take each other back."""
    for _ in range(draw(st.integers(0, edits_max))):
        with suppress(ValueError):  # nobody can edit it into what no scorecard may say
            scorecard = draw(st.sampled_from(_EDITS))(draw, scorecard)
    return scorecard


def with_score(scorecard: Scorecard, name: str, score: Score) -> Scorecard:
    """Return a scorecard with another score in the place of one."""
    scores_ = {
        score.name if key == name else key: score if key == name else old for key, old in scorecard.scores.items()
    }
    default = score.name if scorecard.default_score == name else scorecard.default_score
    return replace(scorecard, scores=scores_, default_score=default)


def _one(draw: st.DrawFn, scorecard: Scorecard) -> Score:
    return scorecard.scores[draw(st.sampled_from(sorted(scorecard.scores)))]


def _with_engagement(scorecard: Scorecard, score: Score, side: Side) -> Scorecard:
    return with_score(scorecard, score.name, replace(score, engagement=side))


def _with_criterion(
    draw: st.DrawFn, scorecard: Scorecard, change: Callable[[Criterion], tuple[Criterion, ...]]
) -> Scorecard:
    """Change one criterion of engagement into any number of them."""
    score = _one(draw, scorecard)
    place = draw(st.integers(0, len(score.engagement.groups) - 1))
    group = score.engagement.groups[place]
    which = draw(st.integers(0, max(0, len(group.criteria) - 1)))
    criteria = tuple(
        found for number, one in enumerate(group.criteria) for found in (change(one) if number == which else (one,))
    )
    groups = (
        *score.engagement.groups[:place],
        replace(group, criteria=criteria),
        *score.engagement.groups[place + 1 :],
    )
    return _with_engagement(scorecard, score, replace(score.engagement, groups=groups))


def _points(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    worth = draw(points())
    return _with_criterion(draw, scorecard, lambda one: (replace(one, points=worth),))


def _decay(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    fading = draw(decays())
    return _with_criterion(
        draw, scorecard, lambda one: (replace(one, decay=fading) if isinstance(one, SignalCriterion) else one,)
    )


def _criterion_name(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    return _with_criterion(draw, scorecard, lambda one: (replace(one, name=f"{one.name}_new"),))


def _criterion_gone(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    return _with_criterion(draw, scorecard, lambda _: ())


def _criterion_came(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    another = draw(signal_criteria(f"added_{draw(st.integers(0, 10**6))}"))
    return _with_criterion(draw, scorecard, lambda one: (one, another))


def _group_name(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    score = _one(draw, scorecard)
    first, *rest = score.engagement.groups
    return _with_engagement(
        scorecard, score, replace(score.engagement, groups=(replace(first, name=f"{first.name}_new"), *rest))
    )


def _moved(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    """The last criterion of the first group goes to a group of its own, or to the last one."""
    score = _one(draw, scorecard)
    first, *rest = score.engagement.groups
    if not first.criteria:
        return scorecard
    left, gone = replace(first, criteria=first.criteria[:-1]), first.criteria[-1]
    last = rest.pop() if rest else Group("group_more", (), None, None)
    groups = (left, *rest, replace(last, criteria=(*last.criteria, gone)))
    return _with_engagement(scorecard, score, replace(score.engagement, groups=groups))


def _order(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    score = _one(draw, scorecard)
    return _with_engagement(
        scorecard, score, replace(score.engagement, groups=tuple(draw(st.permutations(score.engagement.groups))))
    )


def _weight(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    score = _one(draw, scorecard)
    return with_score(
        scorecard, score.name, replace(score, fit=replace(score.fit, weight=draw(st.sampled_from((0.5, 3.0)))))
    )


def _another_ladder(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    """One rung goes or comes, is renamed, or has another threshold."""
    score = _one(draw, scorecard)
    stages = list(score.stages)
    top = stages[-1]
    kind = draw(st.sampled_from(("name", "gone", "came", "threshold")))
    if kind == "name":
        stages[-1] = replace(top, name=f"{top.name}_new")
    elif kind == "gone" and len(stages) > 1:
        stages.pop()
    elif kind == "came":
        stages.append(Stage(f"{top.name}_more", max(top.enter_at, 0.0) + 5.0, max(top.enter_at, 0.0) + 1.0, 0))
    elif len(stages) > 1:
        stages[-1] = replace(top, enter_at=top.enter_at + 3.0)
    return with_score(scorecard, score.name, replace(score, stages=tuple(stages)))


def _score_name(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    score = _one(draw, scorecard)
    return with_score(scorecard, score.name, replace(score, name=f"{score.name}_new"))


def _score_came(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    score = draw(scores(f"added_{draw(st.integers(0, 10**6))}"))
    return replace(scorecard, scores={**scorecard.scores, score.name: score})


def _signal_name(draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    name = draw(st.sampled_from(sorted(scorecard.signals)))
    called = f"{name}_new"

    def renamed(criterion: Criterion) -> Criterion:
        if isinstance(criterion, InactivityCriterion):
            return replace(criterion, signals=tuple(called if one == name else one for one in criterion.signals))
        if isinstance(criterion, SignalCriterion) and criterion.signal == name:
            return replace(criterion, signal=called)
        return criterion

    scores_ = {}
    for key, score in scorecard.scores.items():
        groups = tuple(
            replace(group, criteria=tuple(renamed(one) for one in group.criteria)) for group in score.engagement.groups
        )
        scores_[key] = replace(score, engagement=replace(score.engagement, groups=groups))
    signals = {
        called if key == name else key: replace(one, name=called) if key == name else one
        for key, one in scorecard.signals.items()
    }
    return replace(scorecard, signals=signals, scores=scores_)


def _verdicts(_draw: st.DrawFn, scorecard: Scorecard) -> Scorecard:
    return replace(scorecard, verdict_weights=(1.0, 0.75, 0.25))


_EDITS: tuple[Edit, ...] = (
    _points,
    _decay,
    _criterion_name,
    _criterion_gone,
    _criterion_came,
    _group_name,
    _moved,
    _order,
    _weight,
    _another_ladder,
    _score_name,
    _score_came,
    _signal_name,
    _verdicts,
)
