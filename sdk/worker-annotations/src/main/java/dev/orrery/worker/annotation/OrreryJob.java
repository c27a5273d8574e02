package dev.orrery.worker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method a processor: it runs the jobs with {@code processor: {type: java, name: VALUE}}.
 *
 * <p>A parameter of the method gets the job's parameter of its name, converted to its type. A
 * {@link JobContext} gets the run itself, and a {@code Map<String, String>} all parameters. What
 * the method returns is the result of the run: a {@code String} as it is, another object as JSON.
 * The run waits for the value of a future, a {@code CompletionStage}, {@code Uni} or {@code Mono}.
 * An exception fails the run, and a {@link NonRetryableException} among its causes ends the
 * retries.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OrreryJob {

  /** The name of the processor, 1 to 150 characters out of {@code A-Z a-z 0-9 . _ $ -}. */
  String value();

  /**
   * The worker that runs the jobs, with the settings {@code orrery.worker.named.WORKER.*}: 1 to 50
   * characters out of {@code a-z 0-9 -}. Empty: the worker with the settings {@code
   * orrery.worker.*}. Two workers may each have a processor of the same name.
   */
  String worker() default "";

  /**
   * Exceptions after which the run gets no retry, also if one is only a cause of what the method
   * throws. Subclasses count, too.
   */
  Class<? extends Throwable>[] doNotRetry() default {};
}
