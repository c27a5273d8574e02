package dev.orrery.scheduler.days;

import dev.orrery.scheduler.flow.FlowOracle;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A node in the document of a flow; its name is its position. */
record FlowNode(
    String job, List<Integer> needs, String when, Integer branch, boolean continueOnFailure) {
  /** The result of a node with which its branch runs. */
  static final String TAKEN = "yes";

  static final List<List<FlowNode>> SHAPES =
      List.of(
          List.of(node("job-a", "succeeded"), node("job-b", "succeeded", 0)),
          List.of(node("job-b", "succeeded"), node("job-a", "succeeded", 0)),
          List.of(
              node("job-a", "succeeded"),
              node("job-a", "succeeded", 0),
              node("job-b", "always", 0),
              node("job-b", "succeeded", 1, 2)),
          List.of(
              new FlowNode("job-a", List.of(), "succeeded", null, true),
              node("job-b", "succeeded", 0),
              node("job-a", "failed", 1)),
          List.of(
              node("job-a", "succeeded"),
              new FlowNode("job-b", List.of(0), "succeeded", 0, false),
              node("job-a", "always", 1)),
          List.of(node("job-a", "succeeded"), node("job-b", "ended", 0)),
          List.of(
              node("job-a", "succeeded"),
              node("job-b", "succeeded", 0),
              node("job-b", "ended", 1)));

  FlowOracle.Node rule() {
    return new FlowOracle.Node(needs, when, branch, Set.of(TAKEN), continueOnFailure);
  }

  private String json(int position) {
    return "{\"name\":\"n%d\",\"job\":\"%s\",\"needs\":[%s],\"when\":\"%s\",\"continueOnFailure\":%s%s}"
        .formatted(
            position,
            job,
            needs.stream().map(need -> "\"n" + need + "\"").collect(Collectors.joining(",")),
            when,
            continueOnFailure,
            branch == null
                ? ""
                : ",\"if\":{\"node\":\"n%d\",\"result\":\"%s\"}".formatted(branch, TAKEN));
  }

  private static FlowNode node(String job, String when, Integer... needs) {
    return new FlowNode(job, List.of(needs), when, null, false);
  }

  static String json(List<FlowNode> nodes) {
    return IntStream.range(0, nodes.size())
        .mapToObj(position -> nodes.get(position).json(position))
        .collect(Collectors.joining(",", "{\"type\":\"flow\",\"nodes\":[", "]}"));
  }
}
