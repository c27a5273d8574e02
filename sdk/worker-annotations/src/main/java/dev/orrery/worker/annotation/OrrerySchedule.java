package dev.orrery.worker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the job of a method with {@link OrreryJob}: when it runs, and how. The job has the name
 * of the processor. The application applies it when it starts, if {@code declare-jobs} is set.
 *
 * <p>Exactly one of {@link #cron}, {@link #every} and {@link #delay} is given. Texts may contain
 * placeholders of the platform such as <code>${cleanup.cron}</code>. Whatever is not given has the
 * default of a job document.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OrrerySchedule {

  /** As {@link #cron}, {@link #every} or {@link #delay}: the job is not declared. */
  String OFF = "-";

  /** A cron expression of 5 to 7 fields, or {@code @daily} and the like. */
  String cron() default "";

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

  /**
   * The zone of the cron expression or of the window, such as {@code Europe/Berlin}; default UTC.
   */
  String zone() default "";

  /** Delays each fire by a part of this time that is the same on every scheduler. */
  String jitter() default "";

  Overlap overlap() default Overlap.SKIP;

  Misfire misfire() default Misfire.FIRE_ONCE;

  /** The time after which an attempt is stopped; default none. */
  String timeout() default "";

  /** How many attempts a run has. */
  int maxAttempts() default 1;

  /** The time before the second attempt, which doubles; default 10 s. */
  String backoff() default "";

  /** Runs of the job at once; 0: unlimited. */
  int concurrency() default 0;

  /** From 0 to 9, which is first. */
  int priority() default 5;

  /** Tags that the worker must have. */
  String[] requiredTags() default {};

  /** Parameters, each as {@code name=value}. */
  String[] parameters() default {};
}
