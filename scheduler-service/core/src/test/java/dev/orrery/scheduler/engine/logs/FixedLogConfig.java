package dev.orrery.scheduler.engine.logs;

import java.time.Duration;

/** Settings as the test says. */
record FixedLogConfig(int maxFollowers, int maxFollowersPerApp, Duration maxFollowDuration)
    implements LogConfig {}
