package dev.orrery.k8s.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value in a program's metrics.
 *
 * @param labels its own, and the pod label that Prometheus adds
 */
record Sample(String metric, Map<String, String> labels, double value) {
  private static final String NAME = "[a-zA-Z_][a-zA-Z0-9_]*";
  private static final String LABEL = "(" + NAME + ")=\"((?:[^\"\\\\]|\\\\.)*)\"";
  private static final Pattern LINE =
      Pattern.compile("(" + NAME + ")(?:\\{((?:" + LABEL + ",?)*)\\})? (\\S+)");
  private static final Pattern ONE_LABEL = Pattern.compile(LABEL);

  /**
   * Parses Prometheus' text format.
   *
   * @throws IllegalArgumentException for a line that is neither a comment nor a value
   */
  static List<Sample> read(String exposition, String pod) {
    List<Sample> samples = new ArrayList<>();
    for (String text : exposition.split("\n", -1)) {
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      Matcher line = LINE.matcher(text);
      if (!line.matches()) {
        throw new IllegalArgumentException("No line of Prometheus' text format: " + text);
      }
      Map<String, String> labels = new TreeMap<>();
      labels.put("pod", pod);
      if (line.group(2) != null) {
        Matcher label = ONE_LABEL.matcher(line.group(2));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
      }
      samples.add(new Sample(line.group(1), labels, number(line.group(5))));
    }
    return samples;
  }

  /** Adds a label. */
  Sample with(String label, String value) {
    Map<String, String> more = new TreeMap<>(labels);
    more.put(label, value);
    return new Sample(metric, more, this.value);
  }

  static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
