package dev.orrery.scheduler.model.job.document;

import static java.util.stream.Collectors.joining;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.model.job.document.FlowShape.CycleException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;

/**
 * Reads a processor of the type {@code flow}. {@code JobWriter} checks that the jobs of its nodes
 * exist.
 */
public final class FlowReader {
  /** The maximum levels of nested flows, including the outermost one. */
  public static final int MAX_DEPTH = 4;

  /** The maximum number of nodes of a flow together with those of the flows in it. */
  public static final int MAX_ALL_NODES = 10_000;

  static final int MAX_NODES = 200;
  static final int MAX_NEEDS = 20;
  static final int MAX_RESULTS = 20;

  static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
  static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  static final Duration MAX_TIMEOUT = Duration.ofHours(24);

  /** The maximum number of characters of a result in a condition. */
  public static final int MAX_RESULT = 1_000;

  /** The prefix of placeholders for results of nodes. */
  static final String NODES = "nodes.";

  private static final String RESULT = ".result";

  /** Before the text that stands for a result that is not there, as in a shell. */
  private static final String DEFAULT = ":-";

  private FlowReader() {}

  static ProcessorSpec.Flow read(JsonFields fields) {
    fields.requirePresent("nodes");
    List<FlowNode> nodes = fields.objects("nodes", MAX_NODES, FlowReader::node).orElse(List.of());
    Optional<String> result = fields.text("result");
    fields.requireNoError();
    if (nodes.isEmpty()) {
      throw fields.invalid("nodes", "must have at least one node");
    }
    if (!fields.isStored()) {
      checkNames(nodes, fields);
      checkReferences(nodes, fields);
      checkResult(result, nodes, fields);
      fields.requireNoError();
      checkShape(nodes, fields);
    }
    return new ProcessorSpec.Flow(result.orElse(null), nodes);
  }

  /** Refuses the fields that a flow cannot have. */
  static void check(JobDocument document, JsonFields fields) {
    document
        .flowIfAny()
        .ifPresent(
            flow -> {
              refuseUnless(document.fanOut() == null, FanOutReader.FAN_OUT, fields);
              refuseUnless(document.retry().equals(RetryReader.DEFAULT), "retry", fields);
              refuseUnless(document.requiredTags().isEmpty(), "requiredTags", fields);
              for (int i = 0; i < flow.nodes().size(); i++) {
                if (flow.nodes().get(i).job().equals(document.name())) {
                  fields.refuse("processor." + at(i, "job"), "must not be the flow itself");
                }
              }
            });
  }

  /** The defaults are allowed, because the document that the API returns has them. */
  private static void refuseUnless(boolean isDefault, String name, JsonFields fields) {
    if (!isDefault) {
      fields.refuse(name, "must be absent for a flow: its nodes are jobs, which have it");
    }
  }

  private static FlowNode node(JsonFields fields) {
    Optional<String> name = fields.attempt(() -> required(fields, "name"));
    Optional<String> job = fields.attempt(() -> required(fields, "job"));
    List<String> needs = fields.texts("needs", MAX_NEEDS).orElse(List.of());
    Optional<FlowNode.When> when = fields.oneOf("when", FlowNode.When.values());
    boolean ended = when.filter(FlowNode.When.ENDED::equals).isPresent();
    Optional<Duration> timeout = fields.duration("timeout", MIN_TIMEOUT, MAX_TIMEOUT);
    Optional<FlowNode.Condition> condition =
        fields
            .object("if", "{node: check, result: ok}")
            .flatMap(part -> fields.attempt(() -> condition(part)));
    Optional<Boolean> continues = fields.flag("continueOnFailure");
    Optional<Map<String, String>> parameters = fields.attempt(() -> ParameterRules.read(fields));
    if (!fields.isStored()) {
      fields.refuseUnknown();
      if (new HashSet<>(needs).size() < needs.size()) {
        fields.refuse("needs", "must name each node once");
      }
      if (needs.isEmpty() && (ended || when.filter(FlowNode.When.FAILED::equals).isPresent())) {
        fields.refuse("when", "must be absent, because the node has no 'needs'");
      }
      if (timeout.isPresent() && !ended) {
        fields.refuse("timeout", "must be absent without 'when: ended'; its job has a timeout");
      }
    }
    fields.requireNoError();
    return new FlowNode(
        name.orElseThrow(),
        job.orElseThrow(),
        needs,
        when.orElse(FlowNode.When.SUCCEEDED),
        ended ? timeout.orElse(DEFAULT_TIMEOUT).toString() : null,
        condition.orElse(null),
        continues.orElse(false),
        parameters.orElse(Map.of()));
  }

  private static String required(JsonFields fields, String name) {
    return ResourceName.require(fields.pathOf(name), fields.requiredText(name));
  }

  private static FlowNode.Condition condition(JsonFields fields) {
    String node = fields.requiredText("node");
    fields.requirePresent("result");
    List<String> results = fields.textsOrNumbers("result").orElse(List.of());
    if (results.isEmpty()
        || results.size() > MAX_RESULTS
        || results.stream().anyMatch(result -> result.length() > MAX_RESULT)) {
      throw fields.invalid(
          "result",
          "must be 1 to "
              + MAX_RESULTS
              + " results, each of at most "
              + MAX_RESULT
              + " characters");
    }
    fields.refuseUnknown();
    return new FlowNode.Condition(node, results);
  }

  private static String at(int node, String field) {
    return "nodes[" + node + "]." + field;
  }

  private static void checkNames(List<FlowNode> nodes, JsonFields fields) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (!names.add(nodes.get(i).name())) {
        fields.refuse(
            at(i, "name"), "must be unique in its flow; got '" + nodes.get(i).name() + "' again");
      }
    }
  }

  private static void checkReferences(List<FlowNode> nodes, JsonFields fields) {
    Set<String> names = new HashSet<>(nodes.stream().map(FlowNode::name).toList());
    for (int i = 0; i < nodes.size(); i++) {
      FlowNode node = nodes.get(i);
      for (int need = 0; need < node.needs().size(); need++) {
        String needed = node.needs().get(need);
        if (needed.equals(node.name())) {
          fields.refuse(at(i, "needs[" + need + "]"), "must not be the node itself");
        } else if (!names.contains(needed)) {
          fields.refuse(
              at(i, "needs[" + need + "]"), "must be a node of this flow; got '" + needed + "'");
        }
      }
      if (node.condition() != null && !node.needs().contains(node.condition().node())) {
        fields.refuse(
            at(i, "if.node"), "must be one of 'needs'; got '" + node.condition().node() + "'");
      }
      checkPlaceholders(node, i, fields);
      ParameterRules.refuseReserved(node.parameters(), at(i, "parameters"), fields);
    }
  }

  private static void checkPlaceholders(FlowNode node, int position, JsonFields fields) {
    node.parameters()
        .forEach(
            (parameter, value) ->
                Placeholder.PATTERN
                    .matcher(value)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .flatMap(name -> refusal(name, node.needs()).stream())
                    .findFirst()
                    .ifPresent(
                        refusal ->
                            fields.refuse(at(position, "parameters." + parameter), refusal)));
  }

  /** Returns why a placeholder is refused; empty if it has exactly one meaning. */
  private static Optional<String> refusal(String placeholder, List<String> needs) {
    if (Placeholder.isKnown(placeholder)) {
      return Optional.empty();
    }
    List<String> meant = needs.stream().filter(need -> isResultOf(need, placeholder)).toList();
    return switch (meant.size()) {
      case 0 -> Optional.of(unknown(placeholder));
      case 1 -> Optional.empty();
      default ->
          Optional.of(
              "has ${"
                  + placeholder
                  + "}, which may stand for the results of "
                  + meant.stream().map(need -> "'" + need + "'").collect(joining(" and "))
                  + "; rename one of these nodes");
    };
  }

  private static String unknown(String placeholder) {
    return placeholder.startsWith(NODES)
        ? "must be ${nodes.NAME.result} or ${nodes.NAME.result.FIELD} of a node in 'needs', perhaps"
            + " with a default (:-TEXT); got ${"
            + placeholder
            + "}"
        : "has an " + Placeholder.unknown(placeholder);
  }

  /** Returns true if a placeholder stands for the result of this node, or for a field of it. */
  public static boolean isResultOf(String node, String placeholder) {
    String result = resultOf(node);
    String name = withoutDefault(placeholder);
    return name.equals(result)
        || (name.startsWith(result + ".") && name.length() > result.length() + 1);
  }

  /** Returns the field of the node's result for which a placeholder stands; null for all of it. */
  public static String fieldOf(String node, String placeholder) {
    String result = resultOf(node);
    String name = withoutDefault(placeholder);
    return name.equals(result) ? null : name.substring(result.length() + 1);
  }

  /** Returns what a placeholder for a result has after {@value #DEFAULT}; null if it has none. */
  public static String defaultOf(String placeholder) {
    int at = placeholder.indexOf(DEFAULT);
    return at < 0 ? null : placeholder.substring(at + DEFAULT.length());
  }

  private static String withoutDefault(String placeholder) {
    int at = placeholder.indexOf(DEFAULT);
    return at < 0 ? placeholder : placeholder.substring(0, at);
  }

  private static String resultOf(String node) {
    return NODES + node + RESULT;
  }

  private static void checkResult(
      Optional<String> result, List<FlowNode> nodes, JsonFields fields) {
    if (result.isPresent() && nodes.stream().noneMatch(node -> node.name().equals(result.get()))) {
      fields.refuse("result", "must be a node of this flow; got '" + result.get() + "'");
    }
  }

  private static void checkShape(List<FlowNode> nodes, JsonFields fields) {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    nodes.forEach(node -> needs.put(node.name(), node.needs()));
    try {
      FlowShape.of(needs);
    } catch (CycleException cycle) {
      throw fields.invalid("nodes", "must not contain a cycle: " + cycle.getMessage());
    }
  }
}
