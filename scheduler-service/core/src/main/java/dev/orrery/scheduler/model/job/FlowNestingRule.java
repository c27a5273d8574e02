package dev.orrery.scheduler.model.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds cycles and too deep nesting in flows that run other flows, and counts their nodes. This is
 * a pure rule.
 */
final class FlowNestingRule {
  private FlowNestingRule() {}

  /**
   * Returns the shortest way from a flow back to itself, such as {@code [a, b, a]}; an empty list
   * if there is none. With {@code concurrency}, a run of such a flow would wait for its own end.
   *
   * @param jobs returns the jobs of the nodes of a flow; an empty list for any other job
   */
  static List<String> cycle(String flow, Function<String, List<String>> jobs) {
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

  /**
   * Returns the number of nodes of a flow and of all flows that it runs. One that it runs twice
   * counts twice.
   *
   * @param jobs as for {@link #cycle}
   * @param depth the number of levels to count
   */
  static long nodes(String flow, Function<String, List<String>> jobs, int depth) {
    long nodes = 0;
    Map<String, Long> runs = Map.of(flow, 1L);
    for (int level = 0; level < depth; level++) {
      Map<String, Long> inner = new HashMap<>();
      for (Map.Entry<String, Long> outer : runs.entrySet()) {
        for (String job : jobs.apply(outer.getKey())) {
          nodes += outer.getValue();
          inner.merge(job, outer.getValue(), Long::sum);
        }
      }
      runs = inner;
    }
    return nodes;
  }

  /**
   * Returns a way from a flow to one that is nested in {@code depth} others, with both; an empty
   * list if there is none.
   *
   * @param jobs as for {@link #cycle}, without a cycle
   */
  static List<String> tooDeep(String flow, Function<String, List<String>> jobs, int depth) {
    Map<String, List<String>> ways = Map.of(flow, List.of(flow));
    for (int level = 0; level < depth && !ways.isEmpty(); level++) {
      Map<String, List<String>> inner = new LinkedHashMap<>();
      ways.forEach(
          (outer, way) -> {
            for (String job : jobs.apply(outer)) {
              if (!inner.containsKey(job) && !jobs.apply(job).isEmpty()) {
                inner.put(job, Stream.concat(way.stream(), Stream.of(job)).toList());
              }
            }
          });
      ways = inner;
    }
    return ways.values().stream().findFirst().orElse(List.of());
  }

  private static List<String> wayBack(String flow, Map<String, String> cameFrom) {
    Deque<String> way = new ArrayDeque<>(List.of(flow));
    do {
      way.addFirst(cameFrom.get(way.getFirst()));
    } while (!way.getFirst().equals(flow));
    return List.copyOf(way);
  }
}
