package dev.orrery.scheduler.model.job.document;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The graph of the nodes of a flow. This is a pure rule.
 *
 * @param order all nodes, each after those that it needs
 */
public record FlowShape(List<String> order) {
  public FlowShape {
    order = List.copyOf(order);
  }

  /**
   * @param needs by node, in the order of the document; only names of nodes
   * @throws CycleException if a node needs itself, directly or through others
   */
  public static FlowShape of(Map<String, List<String>> needs) throws CycleException {
    Map<String, Integer> open = new LinkedHashMap<>();
    Map<String, List<String>> followers = new HashMap<>();
    needs.forEach(
        (node, needed) -> {
          open.put(node, needed.size());
          needed.forEach(
              need -> followers.computeIfAbsent(need, none -> new ArrayList<>()).add(node));
        });
    Deque<String> free = new ArrayDeque<>();
    open.forEach(
        (node, count) -> {
          if (count == 0) {
            free.add(node);
          }
        });
    List<String> order = new ArrayList<>();
    while (!free.isEmpty()) {
      String node = free.remove();
      order.add(node);
      for (String follower : followers.getOrDefault(node, List.of())) {
        if (open.merge(follower, -1, Integer::sum) == 0) {
          free.add(follower);
        }
      }
    }
    if (order.size() < needs.size()) {
      throw new CycleException(cycle(needs, new HashSet<>(order)));
    }
    return new FlowShape(order);
  }

  /** Each node that is not sorted needs another such node, so a walk along them meets a cycle. */
  private static List<String> cycle(Map<String, List<String>> needs, Set<String> sorted) {
    List<String> walk = new ArrayList<>();
    String node =
        needs.keySet().stream().filter(one -> !sorted.contains(one)).findFirst().orElseThrow();
    while (!walk.contains(node)) {
      walk.add(node);
      node =
          needs.get(node).stream().filter(one -> !sorted.contains(one)).findFirst().orElseThrow();
    }
    List<String> cycle = new ArrayList<>(walk.subList(walk.indexOf(node), walk.size()));
    cycle.add(node);
    return cycle;
  }

  /** The needs of nodes form a cycle. */
  public static final class CycleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> nodes;

    private CycleException(List<String> nodes) {
      super(describe(nodes));
      this.nodes = List.copyOf(nodes);
    }

    private static String describe(List<String> nodes) {
      return IntStream.range(1, nodes.size())
          .mapToObj(node -> nodes.get(node - 1) + " needs " + nodes.get(node))
          .collect(Collectors.joining(", "));
    }

    /** The nodes, each of which needs the next one; the first one is also the last one. */
    List<String> nodes() {
      return nodes;
    }
  }
}
