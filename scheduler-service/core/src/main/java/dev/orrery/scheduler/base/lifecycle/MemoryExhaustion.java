package dev.orrery.scheduler.base.lifecycle;

import org.jboss.logging.Logger;

/**
 * Ends the process when no direct memory is left. Event loops would otherwise wait for it forever,
 * and {@code -XX:+ExitOnOutOfMemoryError} covers only the heap. The supervisor of the process
 * restarts it.
 */
public final class MemoryExhaustion {
  /** The exit code of the JVM when its heap is exhausted. */
  private static final int EXIT_CODE = 3;

  private static final Logger LOG = Logger.getLogger(MemoryExhaustion.class);

  private MemoryExhaustion() {}

  /**
   * Ends the process if the failure is a lack of memory; does not return then.
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
