package dev.orrery.worker;

/** Runs attempts. One object serves all attempts of its name, many at once. */
@FunctionalInterface
public interface Processor {

  /**
   * Runs one attempt on a thread of its own. When the attempt is to stop (canceled, timed out,
   * lost, worker draining) the thread is interrupted, and the actions of {@link
   * AttemptContext#whenStopped} run.
   *
   * @return the result that the instance shows, at most 16 KiB, longer ones are cut; may be null
   * @throws AttemptFailure to fail with a message of its own
   * @throws Exception to fail with its class and message
   */
  String process(AttemptContext context) throws Exception;
}
