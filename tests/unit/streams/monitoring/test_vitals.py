"""How a worker does is exported as it is told."""

import sys

import pytest
from prometheus_client import CollectorRegistry

from streams.monitoring.vitals import VitalsMetrics


def test_the_last_look_is_what_shows() -> None:
    """Each look replaces the one before."""
    registry = CollectorRegistry()
    vitals = VitalsMetrics(registry)
    vitals.observe(standstill_seconds=9.0, silence_seconds=8.0, partitions_behind=7)
    vitals.observe(standstill_seconds=3.5, silence_seconds=0.25, partitions_behind=2)
    vitals.expect(8)
    vitals.observe_drift(1)

    assert registry.get_sample_value("leadstream_standstill_seconds") == 3.5
    assert registry.get_sample_value("leadstream_kafka_silence_seconds") == 0.25
    assert registry.get_sample_value("leadstream_partitions_behind") == 2
    assert registry.get_sample_value("leadstream_partitions") == 8
    assert registry.get_sample_value("leadstream_partition_drift") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of itself through files")
def test_the_process_is_exported() -> None:
    """Its memory, its processor time and when it began: by the last an alert sees restarts."""
    registry = CollectorRegistry()
    VitalsMetrics(registry)

    names = ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_start_time_seconds")
    assert all(registry.get_sample_value(name) for name in names)
