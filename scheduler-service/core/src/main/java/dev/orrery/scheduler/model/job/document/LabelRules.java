package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.QueryParameter;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads labels: those of a job, and those by which jobs are selected. */
public final class LabelRules {
  public static final String LABELS = "labels";

  /** The query parameter that selects jobs by a label. */
  public static final String LABEL = "label";

  private static final Pattern NAME = Pattern.compile(JobLimits.LABEL_NAME);

  private LabelRules() {}

  /**
   * Reads the field {@code labels}, sorted by name; empty if it is absent.
   *
   * @throws ProblemException {@code INVALID}
   */
  public static Optional<Map<String, String>> read(JsonFields fields) {
    return fields
        .textMap(LABELS)
        .map(labels -> fields.isStored() ? sorted(labels) : checked(fields.pathOf(LABELS), labels));
  }

  /**
   * Parses the labels of a query, each as {@code name:value}.
   *
   * @throws ProblemException {@code INVALID} for one without a colon, for a name that is there
   *     twice, and for a label that no job can have
   */
  public static Map<String, String> parse(Collection<String> written) {
    return checked(LABEL, QueryParameter.pairs(LABEL, written, "team:billing", "job"));
  }

  /** Returns the labels with these names and values, of equal number. */
  public static Map<String, String> of(List<String> names, List<String> values) {
    Map<String, String> labels = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      labels.put(names.get(i), values.get(i));
    }
    return Collections.unmodifiableMap(labels);
  }

  private static Map<String, String> checked(String field, Map<String, String> labels) {
    if (labels.size() > JobLimits.MAX_LABELS) {
      throw ProblemException.invalid(
          field, "'" + field + "' must have at most " + JobLimits.MAX_LABELS + " labels.");
    }
    labels.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches()) {
            throw ProblemException.invalid(
                field,
                "'"
                    + field
                    + "' has a name that is not 1 to 63 letters, digits and ._-/ long: '"
                    + BoundedText.abbreviate(name, JsonFields.MAX_QUOTE)
                    + "'");
          }
          if (value.isBlank() || value.length() > JobLimits.MAX_LABEL_VALUE || hasControl(value)) {
            throw ProblemException.invalid(
                field,
                "'"
                    + field
                    + "' must give '"
                    + name
                    + "' a value of 1 to "
                    + JobLimits.MAX_LABEL_VALUE
                    + " characters without line breaks.");
          }
        });
    return sorted(labels);
  }

  static boolean hasControl(String value) {
    return value.codePoints().anyMatch(Character::isISOControl);
  }

  private static Map<String, String> sorted(Map<String, String> labels) {
    return Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  public static JsonSchema schema() {
    return JsonSchema.map(
            JsonSchema.text().with("pattern", "^" + JobLimits.LABEL_NAME + "$"),
            JsonSchema.text(JobLimits.MAX_LABEL_VALUE).with("minLength", 1))
        .with("maxProperties", JobLimits.MAX_LABELS);
  }
}
