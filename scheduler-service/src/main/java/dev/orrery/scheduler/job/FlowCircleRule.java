package dev.orrery.scheduler.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds out whether a flow runs itself through other flows. With {@code concurrency}, its run would
 * then wait for its own end.
 */
final class FlowCircleRule {
  private FlowCircleRule() {}

  /**
   * Returns the shortest way from a flow back to itself, such as {@code [a, b, a]}; an empty list
   * if there is none.
   *
   * @param jobs returns the jobs of the nodes of a flow; an empty list for any other job
   */
  static List<String> circle(String flow, Function<String, List<String>> jobs) {
    Map<String, String> cameFrom = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(flow));
    while (!open.isEmpty() && !cameFrom.containsKey(flow)) {
      String outer = open.remove();
      for (String job : jobs.apply(outer)) {
        if (cameFrom.putIfAbsent(job, outer) == null) {
          open.add(job);
        }
      }
    }
    return cameFrom.containsKey(flow) ? wayBack(flow, cameFrom) : List.of();
  }

  private static List<String> wayBack(String flow, Map<String, String> cameFrom) {
    Deque<String> way = new ArrayDeque<>(List.of(flow));
    do {
      way.addFirst(cameFrom.get(way.getFirst()));
    } while (!way.getFirst().equals(flow));
    return List.copyOf(way);
  }
}
