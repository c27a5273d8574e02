package dev.orrery.scheduler.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.protocol.text.TemplateFiller;
import dev.orrery.scheduler.model.job.document.FlowReader;
import dev.orrery.scheduler.model.job.document.ParameterRules;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;

/** Fills the placeholders in the parameters of a node when it starts. */
final class NodeParameters {
  private final ObjectMapper json;

  NodeParameters(ObjectMapper json) {
    this.json = json;
  }

  /**
   * The values of the placeholders.
   *
   * @param results of the needs, by name; null for a need without a result
   * @param parameters of the flow
   * @param fireTime of the flow; null if it has none
   */
  record Values(Map<String, String> results, Map<String, String> parameters, Instant fireTime) {}

  /**
   * A placeholder has no value, or the filled-in parameters are too long; the message says which.
   */
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
    return new Filling(node, values).filled();
  }

  /** Fills in the parameters of one node, and parses each result once. */
  private final class Filling {
    private final FlowNode node;
    private final Values values;
    private final Map<String, ResultFields> read = new HashMap<>();
    private final TemplateFiller filler = new TemplateFiller(JobLimits.MAX_PARAMETER_BYTES);

    private Filling(FlowNode node, Values values) {
      this.node = node;
      this.values = values;
    }

    private Map<String, String> filled() throws UnfilledException {
      Map<String, String> filled = new LinkedHashMap<>();
      for (Map.Entry<String, String> parameter : node.parameters().entrySet()) {
        filled.put(parameter.getKey(), fill(parameter.getKey(), parameter.getValue()));
      }
      if (ParameterRules.areTooLong(filled)) {
        throw tooLong();
      }
      return filled;
    }

    private String fill(String parameter, String template) throws UnfilledException {
      return filler.fill(template, name -> value(parameter, name)).orElseThrow(this::tooLong);
    }

    private String value(String parameter, String name) throws UnfilledException {
      String need =
          node.needs().stream()
              .filter(one -> FlowReader.isResultOf(one, name))
              .findFirst()
              .orElse(null);
      if (need != null) {
        return result(parameter, name, need);
      }
      String value = value(name);
      if (value == null) {
        throw noValue(parameter, name, "");
      }
      return value;
    }

    /** Returns the result of a need, or the field of it that the placeholder names. */
    private String result(String parameter, String name, String need) throws UnfilledException {
      String result = values.results().get(need);
      String fallback = FlowReader.defaultOf(name);
      if (result == null && fallback != null) {
        return fallback;
      }
      if (result == null) {
        throw noValue(parameter, name, ": '" + need + "' returned no result");
      }
      Optional<String> cut = ResultText.cutInWords(result);
      if (cut.isPresent()) {
        throw new UnfilledException(
            "the parameter '%s' needs ${%s}: the result of '%s' %s"
                .formatted(parameter, name, need, cut.get()));
      }
      String field = FlowReader.fieldOf(need, name);
      if (field == null) {
        return result;
      }
      ResultFields fields =
          read.computeIfAbsent(need, key -> ResultFields.read(json.getFactory(), result));
      String value = fields.values().get(field);
      if (value == null && fallback != null && fields.problem() == null) {
        return fallback;
      }
      if (value == null) {
        throw noValue(parameter, name, ": the result of '" + need + "' " + fields.missing(field));
      }
      return value;
    }

    private static UnfilledException noValue(String parameter, String name, String reason) {
      return new UnfilledException(
          "the parameter '%s' needs ${%s}, which has no value%s"
              .formatted(parameter, name, reason));
    }

    private UnfilledException tooLong() {
      return new UnfilledException("its parameters have more than 64 KiB when they are filled in");
    }

    private String value(String name) {
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
      return null;
    }
  }
}
