package dev.orrery.cli.client;

import java.util.Iterator;
import java.util.List;

/**
 * Marks arguments whose values are names that the scheduler stores. Completion scripts query it for
 * them.
 */
public final class CompletionNames {
  private CompletionNames() {}

  /** Names of jobs. */
  public static final class Jobs implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("jobs").iterator();
    }
  }

  /** Names of apps. */
  public static final class Apps implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("apps").iterator();
    }
  }
}
