package dev.orrery.worker;

import org.jspecify.annotations.Nullable;

/**
 * Runs the attempts of jobs. A single object runs all attempts of its processor name concurrently,
 * so it must be thread-safe.
 *
 * <p>A plugin of the worker agent is a jar that lists its processors in {@code
 * META-INF/services/dev.orrery.worker.Processor}; jobs refer to them as {@code {"type": "java",
 * "name": …}}.
 */
@FunctionalInterface
public interface Processor {

  /**
   * Runs an attempt on its own thread. When the attempt must stop (canceled, timed out, lost,
   * worker draining), the thread is interrupted and the actions of {@link AttemptContext#onStop}
   * run on another. A normal return after that does not count as success: the attempt is canceled,
   * timed out or handed back.
   *
   * @return the result of the instance, cut to 16 KiB; may be null
   * @throws AttemptFailedException to fail with exactly its message
   * @throws dev.orrery.worker.annotation.NonRetryableException to fail with exactly its message,
   *     without a retry
   * @throws Exception to fail with its class, its message and its root cause; its stack trace is in
   *     the log of the run
   */
  @Nullable String process(AttemptContext context) throws Exception;

  /**
   * Returns true if an attempt leaves nothing on its thread: no {@code ThreadLocal}, no context
   * class loader, no priority. Such threads are used again for attempts of processors like it; any
   * other attempt has a thread that none had before. Asked once, when the worker starts.
   */
  default boolean leavesThreadClean() {
    return false;
  }

  /**
   * The name by which jobs refer to this processor in a plugin: 1 to 150 characters out of {@code
   * A-Z a-z 0-9 . _ - $}. An application that embeds a worker chooses the name itself.
   */
  default String name() {
    return getClass().getName();
  }
}
