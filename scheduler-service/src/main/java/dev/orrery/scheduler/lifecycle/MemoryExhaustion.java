package dev.orrery.scheduler.lifecycle;

import org.jboss.logging.Logger;

/**
 * Ends the process when it has no direct memory left. Event loops would wait for it without end,
 * and {@code -XX:+ExitOnOutOfMemoryError} concerns the heap alone. What starts the process starts
 * it again.
 */
public final class MemoryExhaustion {
  /** As the JVM ends with for its heap. */
  private static final int EXIT_CODE = 3;

  private static final Logger LOG = Logger.getLogger(MemoryExhaustion.class);

  private MemoryExhaustion() {}

  /**
   * Does not return if a failure is that of memory.
   *
   * @param failure may be null
   */
  public static void endProcessIfExhausted(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        LOG.fatalf("Out of memory; ending the process: %s", cause.getMessage());
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    }
  }
}
