"""A histogram that takes many observations at once, for what is observed of each record.

Prometheus' own histogram costs a microsecond an observation, which a line that handles tens of thousands of records a
second cannot spare. One thread observes and exports: the event loop's.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class Distribution(Collector):
    """One histogram without labels.

    Args:
        name: Its name, unit included.
        documentation: What is observed.
        registry: Where to register it.
        buckets: Upper bounds, rising; one without end is added.
    """

    def __init__(self, name: str, documentation: str, registry: CollectorRegistry, buckets: Sequence[float]) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = tuple(buckets)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0
        registry.register(self)

    def observe_many(self, values: Iterable[float]) -> None:
        """Count values, in the unit of the bounds."""
        rising = sorted(values)  # a batch comes nearly sorted, so this costs next to nothing
        if not rising:
            return
        counted = 0
        for place, bound in enumerate(self._bounds):
            if counted == len(rising):
                break
            through = bisect_right(rising, bound, counted)
            self._counts[place] += through - counted
            counted = through
        self._counts[-1] += len(rising) - counted
        self._sum += sum(rising)

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram, as Prometheus counts: each bucket with all below it."""
        through, buckets = 0, []
        for bound, count in zip((*map(repr, self._bounds), "+Inf"), self._counts, strict=True):
            through += count
            buckets.append((bound, float(through)))
        yield HistogramMetricFamily(self._name, self._documentation, buckets=buckets, sum_value=self._sum)
