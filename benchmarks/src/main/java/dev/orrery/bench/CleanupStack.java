package dev.orrery.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Closes everything that a benchmark run has started, in reverse order, at its end or when it is
 * interrupted.
 */
public final class CleanupStack implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean ended;

  /** The run was interrupted before something was started. */
  public static final class Interrupted extends RuntimeException {
    Interrupted() {
      super("interrupted");
    }
  }

  /**
   * Starts something that must be closed. An interruption waits for the start, so that nothing
   * leaks.
   *
   * @throws Interrupted if the run is ending
   */
  public synchronized <T extends AutoCloseable> T start(Supplier<T> start) {
    if (ended) {
      throw new Interrupted();
    }
    T thing = start.get();
    started.push(thing);
    return thing;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  private synchronized List<AutoCloseable> takeAll() {
    ended = true;
    List<AutoCloseable> all = new ArrayList<>(started);
    started.clear();
    return all;
  }

  @Override
  public void close() {
    for (AutoCloseable thing : takeAll()) {
      try {
        thing.close();
      } catch (Exception | AssertionError e) {
        // The others must be ended all the same.
        System.err.println("Failed to stop " + thing + ": " + e);
      }
    }
  }
}
