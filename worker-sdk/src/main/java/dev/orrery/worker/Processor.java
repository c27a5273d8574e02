package dev.orrery.worker;

/**
 * Runs attempts. One object serves all attempts of its name, many at once.
 *
 * <p>A plugin of the worker agent is a jar that names its processors in {@code
 * META-INF/services/dev.orrery.worker.Processor}; jobs ask for them as {@code {"type": "java",
 * "name": …}}.
 */
@FunctionalInterface
public interface Processor {

  /**
   * Runs one attempt on a thread of its own. When the attempt is to stop (canceled, timed out,
   * lost, worker draining) the thread is interrupted, and the actions of {@link
   * AttemptContext#onStop} run.
   *
   * @return the result that the instance shows, at most 16 KiB, longer ones are cut; may be null
   * @throws AttemptFailedException to fail with a message of its own
   * @throws Exception to fail with its class and message
   */
  String process(AttemptContext context) throws Exception;

  /**
   * Under which name jobs ask for it where it is found as a plugin: 1 to 150 characters out of
   * {@code A-Z a-z 0-9 . _ - $}. An application that embeds a worker gives the name itself.
   */
  default String name() {
    return getClass().getName();
  }
}
