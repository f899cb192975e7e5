"""The faults of a run come from its seed."""

from tests.faults.kinds import NATURES, USUAL, Kind
from tests.faults.schedule import drawn

SESSION_SECONDS = 6.0


def test_a_seed_draws_the_same_faults_again() -> None:
    """A run that went wrong can be had again; another seed is another run."""
    assert drawn(7, 25, 180, SESSION_SECONDS) == drawn(7, 25, 180, SESSION_SECONDS)
    assert drawn(7, 25, 180, SESSION_SECONDS) != drawn(8, 25, 180, SESSION_SECONDS)


def test_each_kind_comes_once_before_any_comes_twice() -> None:
    """A run of 32 faults sees every usual kind; a shorter one sees as many as it has faults."""
    for seed in range(20):
        assert {fault.kind for fault in drawn(seed, 32, 180, SESSION_SECONDS)} == set(USUAL)
        assert len({fault.kind for fault in drawn(seed, 9, 60, SESSION_SECONDS)}) == 9


def test_faults_come_in_order_while_activities_come() -> None:
    """The last one comes before the last activity."""
    faults = drawn(3, 25, 180, SESSION_SECONDS)

    instants = [fault.at_seconds for fault in faults]
    assert instants == sorted(instants)
    assert instants[-1] < 180
    assert [fault.number for fault in faults] == list(range(25))


def test_a_long_run_pauses_three_workers_and_begins_with_a_kill_and_a_stop_in_quiet() -> None:
    """So that twenty such runs tell of sixty pauses, and each of them how soon a kill is made good."""
    for seed in range(20):
        faults = drawn(seed, 20, 50, SESSION_SECONDS)
        assert sum(fault.kind is Kind.WORKER_PAUSE for fault in faults) >= 3
        kill, stop, third = faults[:3]
        assert (kill.kind, stop.kind) == (Kind.WORKER_KILL, Kind.WORKER_STOP)
        assert stop.at_seconds - kill.at_seconds > 11
        assert third.at_seconds - stop.at_seconds > 3
        assert {fault.kind for fault in faults} <= set(USUAL)


def test_a_pause_outlasts_the_session() -> None:
    """Else the group would not notice, and nobody else would take the partitions."""
    pauses = [
        fault
        for seed in range(20)
        for fault in drawn(seed, 25, 180, SESSION_SECONDS)
        if fault.kind is Kind.WORKER_PAUSE
    ]

    assert min(pause.seconds for pause in pauses) > SESSION_SECONDS


def test_what_costs_a_whole_replay_comes_early() -> None:
    """A wipe at the end of a run would have all of it replayed when it should be over."""
    places = [
        fault.at_seconds / 180
        for seed in range(50)
        for fault in drawn(seed, 25, 180, SESSION_SECONDS)
        if fault.kind is Kind.REDIS_WIPE
    ]

    assert max(places) < 0.65
    assert NATURES[Kind.REDIS_WIPE].until_share < 0.5


def test_some_kinds_only() -> None:
    """A control asks for what its missing part is there for."""
    faults = drawn(1, 4, 40, SESSION_SECONDS, kinds=(Kind.WORKER_PAUSE,))

    assert [fault.kind for fault in faults] == [Kind.WORKER_PAUSE] * 4
