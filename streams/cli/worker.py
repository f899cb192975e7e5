"""`leadstream worker`: score, until told to stop."""

import asyncio

GARBAGE_THRESHOLDS = (100_000, 50, 1_000)
"""How rarely Python looks for cycles. A worker keeps many leads and makes few cycles: with Python's own thresholds it
looked through all leads again and again, which took a fifth of its time in a rebuild of 60,000 activities."""


def worker() -> None:
    """Run one worker: reads activities, scores leads, publishes stage changes, until SIGTERM or Ctrl-C.

    Reads LEADSTREAM_ settings; more workers of one group share the partitions. Metrics and health are served on
    LEADSTREAM_METRICS_PORT. Let a supervisor start it again when it ends with an error.
    """
    import gc
    import logging
    import os

    from streams.configuration.settings import load_settings, unknown_variables
    from streams.monitoring.logs import set_up_logs
    from streams.worker.watchdog import LoopGuard
    from streams.worker.worker import Worker

    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    for warning in unknown_variables(os.environ):
        logging.getLogger(__name__).warning("setting_unknown %s", warning)

    guard = LoopGuard(settings.stall_seconds_max, settings.stop_seconds_max)
    guard.start()

    async def work() -> None:
        await Worker(settings, guard).run()

    try:
        asyncio.run(work())
    finally:
        guard.over()
