package dev.orrery.scheduler.http.security;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits how many unknown tokens are looked up at once, so that guesses do not occupy the threads
 * and connections of callers with a token. Thread-safe.
 *
 * <p>Calls with the same token count once towards {@link #MAX_TOKENS}: after a start, all workers
 * of an app send the same one.
 */
final class LookupLimit {
  static final int MAX_TOKENS = 16;
  static final int MAX_CALLS = 200;

  /** The number of calls in flight with each token. */
  private final Map<TokenHash, Integer> running = new HashMap<>();

  private int calls;

  /** Returns false if the call must be refused; otherwise {@link #end} must follow. */
  synchronized boolean begin(TokenHash hash) {
    if (calls >= MAX_CALLS || (!running.containsKey(hash) && running.size() >= MAX_TOKENS)) {
      return false;
    }
    running.merge(hash, 1, Integer::sum);
    calls++;
    return true;
  }

  synchronized void end(TokenHash hash) {
    running.computeIfPresent(hash, (same, count) -> count == 1 ? null : count - 1);
    calls--;
  }
}
