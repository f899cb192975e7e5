"""A histogram that takes many observations at once counts as Prometheus' own does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from streams.monitoring.distribution import Distribution

BOUNDS = (0.001, 0.5, 2.0, 30.0)
SECONDS = st.one_of(st.sampled_from(BOUNDS), st.floats(0.0, 100.0))


@given(st.lists(st.lists(SECONDS, max_size=20), max_size=5))
def test_it_counts_as_a_histogram_does(batches: list[list[float]]) -> None:
    """A value at a bound belongs to the bucket of that bound; batches add up, empty ones to nothing."""
    mine, its = CollectorRegistry(), CollectorRegistry()
    distribution = Distribution("age_seconds", "Age.", mine, BOUNDS)
    histogram = Histogram("age_seconds", "Age.", registry=its, buckets=BOUNDS)

    for batch in batches:
        distribution.observe_many(batch)
        for value in batch:
            histogram.observe(value)

    for bound in (*map(str, BOUNDS), "+Inf"):
        labels = {"le": bound}
        assert mine.get_sample_value("age_seconds_bucket", labels) == its.get_sample_value("age_seconds_bucket", labels)
    assert mine.get_sample_value("age_seconds_count") == its.get_sample_value("age_seconds_count")
    assert mine.get_sample_value("age_seconds_sum") == pytest.approx(its.get_sample_value("age_seconds_sum"))


def test_it_reads_as_a_histogram() -> None:
    """The text that Prometheus gets is the same, to the byte."""
    mine, its = CollectorRegistry(), CollectorRegistry()
    Distribution("age_seconds", "Age.", mine, BOUNDS).observe_many([0.25, 7.0])
    histogram = Histogram("age_seconds", "Age.", registry=its, buckets=BOUNDS)
    histogram.observe(0.25)
    histogram.observe(7.0)

    assert generate_latest(mine) == generate_latest(its)
