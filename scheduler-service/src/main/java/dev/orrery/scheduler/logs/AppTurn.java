package dev.orrery.scheduler.logs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A queue in which apps take turns: an app with much work does not delay the others. Thread-safe.
 */
final class AppTurn {
  private final Map<Integer, Deque<Runnable>> byApp = new LinkedHashMap<>();

  synchronized void add(int app, Runnable work) {
    byApp.computeIfAbsent(app, key -> new ArrayDeque<>()).add(work);
  }

  /**
   * Takes the oldest work of the app whose last turn was the longest ago. Fails if there is none.
   */
  synchronized Runnable next() {
    Iterator<Map.Entry<Integer, Deque<Runnable>>> apps = byApp.entrySet().iterator();
    Map.Entry<Integer, Deque<Runnable>> first = apps.next();
    int app = first.getKey();
    Deque<Runnable> waiting = first.getValue();
    apps.remove();
    Runnable work = waiting.remove();
    if (!waiting.isEmpty()) {
      byApp.put(app, waiting);
    }
    return work;
  }
}
