"""`leadstream worker`: score, until told to stop."""

import asyncio


def worker() -> None:
    """Run one worker: reads activities, scores leads, publishes stage changes, until SIGTERM or Ctrl-C.

    Reads LEADSTREAM_ settings; more workers of one group share the partitions. Metrics and health are served on
    LEADSTREAM_METRICS_PORT. Let a supervisor start it again when it ends with an error.
    """
    import logging
    import os

    from streams.configuration.settings import load_settings, unknown_variables
    from streams.monitoring.logs import set_up_logs
    from streams.worker.watchdog import LoopGuard
    from streams.worker.worker import Worker

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
