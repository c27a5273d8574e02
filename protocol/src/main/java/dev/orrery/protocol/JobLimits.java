package dev.orrery.protocol;

import java.time.Duration;

/**
 * The limits of a job document, inclusive. The scheduler refuses a job that exceeds them, and so
 * does an application that declares jobs, when it starts.
 */
public final class JobLimits {
  public static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  public static final Duration MAX_TIMEOUT = Duration.ofDays(30);
  public static final Duration MAX_CATCH_UP = Duration.ofDays(366);
  public static final Duration MAX_BACKOFF = Duration.ofDays(30);
  public static final Duration MIN_NO_SUCCESS = Duration.ofMinutes(1);
  public static final Duration MAX_NO_SUCCESS = Duration.ofDays(400);
  public static final Duration MIN_SLOW_RUN = Duration.ofSeconds(1);
  public static final Duration MAX_SLOW_RUN = Duration.ofDays(30);
  public static final int MAX_PAUSE_AFTER = 100;
  public static final int MAX_ATTEMPTS = 1000;
  public static final int MAX_WORKER_LOSSES = 1000;
  public static final int MAX_CONCURRENCY = 10_000;
  public static final int MAX_PRIORITY = 9;
  public static final int MAX_TAGS = 20;

  /** Characters. */
  public static final int MAX_DESCRIPTION = 1000;

  public static final int MAX_LABELS = 20;

  /** The names that labels can have. */
  public static final String LABEL_NAME = "[A-Za-z0-9._/-]{1,63}";

  /** Characters; a label has at least one. */
  public static final int MAX_LABEL_VALUE = 100;

  /** Of the agent, that one job uses. */
  public static final int MAX_SECRETS = 100;

  /** Of all names and values of parameters, as UTF-8. */
  public static final int MAX_PARAMETER_BYTES = 64 * 1024;

  /** Characters; longer lists of days and times belong in several jobs. */
  public static final int MAX_CRON = 500;

  /** Parts of a run. */
  public static final int MAX_SHARDS = 10_000;

  public static final int MAX_PARALLELISM = 5_000;
  public static final int MAX_LINKS = 10;
  public static final int MAX_LINK_TITLE = 100;
  public static final int MAX_LINK_URL = 2000;

  private JobLimits() {}
}
