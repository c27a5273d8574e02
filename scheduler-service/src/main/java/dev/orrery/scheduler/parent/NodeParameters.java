package dev.orrery.scheduler.parent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.scheduler.job.document.FlowReader;
import dev.orrery.scheduler.job.document.ParameterRules;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;

/** Fills the placeholders in the parameters of a node when it starts. */
final class NodeParameters {
  private final ObjectMapper json;

  NodeParameters(ObjectMapper json) {
    this.json = json;
  }

  /**
   * What the placeholders stand for.
   *
   * @param results of the nodes that the node needs; null for those without a result
   * @param parameters of the flow
   * @param fireTime of the flow; null if it has none
   */
  record Values(Map<String, String> results, Map<String, String> parameters, Instant fireTime) {}

  /** The parameters cannot be filled in. The message says why. */
  static final class UnfilledException extends Exception {
    private static final long serialVersionUID = 1L;

    private UnfilledException(String message) {
      super(message);
    }
  }

  /** Returns the names of the nodes whose results the parameters use. */
  static Set<String> used(FlowNode node) {
    Set<String> used = new TreeSet<>();
    for (String value : node.parameters().values()) {
      Placeholder.PATTERN
          .matcher(value)
          .results()
          .map((MatchResult found) -> found.group(1))
          .forEach(
              name ->
                  node.needs().stream()
                      .filter(need -> FlowReader.isResultOf(need, name))
                      .forEach(used::add));
    }
    return used;
  }

  /**
   * @throws UnfilledException if a value is missing, or the parameters are too long
   */
  Map<String, String> fill(FlowNode node, Values values) throws UnfilledException {
    Map<String, String> filled = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : node.parameters().entrySet()) {
      filled.put(parameter.getKey(), fill(parameter.getKey(), node, parameter.getValue(), values));
    }
    if (ParameterRules.areTooLong(filled)) {
      throw new UnfilledException("its parameters have more than 64 KiB with the results of nodes");
    }
    return filled;
  }

  private String fill(String parameter, FlowNode node, String template, Values values)
      throws UnfilledException {
    Matcher matcher = Placeholder.PATTERN.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String value = value(name, node, values);
      if (value == null) {
        throw new UnfilledException(
            "the parameter '" + parameter + "' needs ${" + name + "}, which has no value");
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  private String value(String name, FlowNode node, Values values) {
    if (name.equals(Placeholder.DOLLAR)) {
      return name;
    }
    if (name.equals(Placeholder.FIRE_TIME)) {
      // As an agent fills it in.
      return values.fireTime() == null ? "" : values.fireTime().toString();
    }
    if (name.startsWith(Placeholder.PARAMETER)) {
      return values.parameters().get(name.substring(Placeholder.PARAMETER.length()));
    }
    for (String need : node.needs()) {
      if (FlowReader.isResultOf(need, name)) {
        String result = values.results().get(need);
        String field = FlowReader.fieldOf(need, name);
        return result == null || field == null ? result : field(result, field);
      }
    }
    return null;
  }

  /** Returns a field of a result; null if the result is not a JSON object with the field. */
  private String field(String result, String name) {
    try {
      JsonNode field = json.readTree(result).get(name);
      if (field == null || field.isNull()) {
        return null;
      }
      return field.isTextual()
          ? BoundedText.replaceUnstorable(field.textValue())
          : field.toString();
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
