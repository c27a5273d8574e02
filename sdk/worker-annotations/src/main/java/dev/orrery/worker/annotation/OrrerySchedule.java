package dev.orrery.worker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a job for a method with {@link OrreryJob}: when it runs, and how. The application
 * applies the declaration when it starts, if {@code declare-jobs} is set.
 *
 * <p>At most one of {@link #cron}, {@link #every}, {@link #delay} and {@link #at} is given; a job
 * with none of them runs only on request. Texts may contain placeholders of the platform such as
 * <code>${cleanup.cron}</code>. Values that are not given have the defaults of a job document.
 */
@Documented
@Repeatable(OrrerySchedules.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OrrerySchedule {

  /**
   * As {@link #cron}, {@link #every}, {@link #delay} or {@link #at}: the job is not declared, and
   * disabled at once if an earlier start has declared it.
   */
  String OFF = "-";

  /** The name of the job; default that of the processor. Several jobs of a method need names. */
  String name() default "";

  /** What the job does, for people; at most 1,000 characters. */
  String description() default "";

  /** Labels, each as {@code name=value}; lists and webhooks select jobs by them. */
  String[] labels() default {};

  /** Pages about the job, such as its runbook, each as {@code title=https://…}; at most 10. */
  String[] links() default {};

  /** A cron expression of 5 to 7 fields, or {@code @daily} and the like. */
  String cron() default "";

  /**
   * Whose numbers of days, and rule for two restricted day fields, {@link #cron} follows: {@code
   * quartz}, {@code unix} or {@code spring}. Default: that of the platform, {@code spring} in
   * Spring Boot and {@code quartz} in Quarkus; none in plain Java.
   */
  String dialect() default "";

  /** The time from fire to fire, such as {@code 15m} or {@code PT15M}. */
  String every() default "";

  /**
   * The part of the local day in which {@link #every} fires, such as {@code 09:00-18:30}: at its
   * start, then after each period. An end before the start is on the next day.
   */
  String within() default "";

  /** The days on which a window starts, such as {@code {"MON", "TUE"}}; default every day. */
  String[] days() default {};

  /** The time from the end of a run to the next fire. */
  String delay() default "";

  /** The instant of the only fire, such as {@code 2027-01-31T09:00:00Z}. */
  String at() default "";

  /** No fire before this instant. */
  String from() default "";

  /** No fire after this instant. */
  String until() default "";

  /**
   * The zone of the cron expression or of the window, such as {@code Europe/Berlin}; default UTC.
   */
  String zone() default "";

  /** Delays each fire by a part of this time that is the same on every scheduler. */
  String jitter() default "";

  Overlap overlap() default Overlap.SKIP;

  Misfire misfire() default Misfire.FIRE_ONCE;

  /** How old a missed fire may be to be caught up; default that of a job document. */
  String catchUpWindow() default "";

  /** Whether the trigger fires. */
  boolean enabled() default true;

  /** The time after which an attempt is stopped; default none. */
  String timeout() default "";

  /** How many attempts a run has. */
  int maxAttempts() default 1;

  /** The time before the second attempt, which doubles; default 10 s. */
  String backoff() default "";

  /** The longest time between two attempts. */
  String maxBackoff() default "";

  /** How many attempts may be lost with their worker; default 3. */
  int maxWorkerLosses() default 3;

  /** The time without a success after which webhooks are told that the job is overdue. */
  String noSuccessFor() default "";

  /** The time after which webhooks are told that an attempt runs too long. */
  String runsLongerThan() default "";

  /** After so many failed runs in a row, the scheduler pauses the job; 0: never. */
  int pauseAfter() default 0;

  /** Runs of the job at once; 0: unlimited. */
  int concurrency() default 0;

  /** From 0 to 9, which is first. */
  int priority() default 5;

  /** Tags that the worker must have. */
  String[] requiredTags() default {};

  /**
   * Into how many parts each run is divided, up to 10,000, on any workers; 0: it is not. Each part
   * has the parameters {@code shardIndex}, from 0, and {@code shardCount}.
   */
  int shards() default 0;

  /** Whether each run has one part on every worker that matches; with the same parameters. */
  boolean broadcast() default false;

  /** How many shards wait or run at once, up to 5,000; 0: 500. */
  int parallelism() default 0;

  /** How many parts may fail: a number, or a percentage such as {@code 5%}; default none. */
  String tolerate() default "";

  /** Parameters, each as {@code name=value}. */
  String[] parameters() default {};
}
