package dev.orrery.k8s.alert;

import dev.orrery.k8s.alert.Expression.Absent;
import dev.orrery.k8s.alert.Expression.Aggregate;
import dev.orrery.k8s.alert.Expression.Aggregation;
import dev.orrery.k8s.alert.Expression.Comparison;
import dev.orrery.k8s.alert.Expression.CountOverTime;
import dev.orrery.k8s.alert.Expression.Growth;
import dev.orrery.k8s.alert.Expression.Quantile;
import dev.orrery.k8s.alert.Expression.Selector;
import dev.orrery.k8s.alert.Expression.Unless;
import dev.orrery.k8s.alert.Expression.WithEachOther;
import dev.orrery.k8s.alert.Expression.WithNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the supported subset of PromQL, and rejects everything else. */
final class ExpressionParser {
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");
  private static final Pattern METRIC = Pattern.compile("orrery_[a-z_]+");
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?(e\\d+)?");
  private static final Pattern MINUTES_OR_HOURS = Pattern.compile("(\\d+[mh])]");
  private static final Pattern VALUE = Pattern.compile("\"([^\"\\\\]*)\"");
  private static final Map<String, Comparison> COMPARISONS =
      Map.of(">", Comparison.ABOVE, "==", Comparison.EQUAL, "!=", Comparison.DIFFERENT);
  private static final Pattern COMPARISON = Pattern.compile(">(?!=)|==(?! *bool)|!=(?! *bool)");

  private final String text;
  private int at;

  private ExpressionParser(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException naming the position of the unsupported text
   */
  static Expression parse(String text) {
    ExpressionParser parser = new ExpressionParser(text);
    Expression expression = parser.comparison();
    if (parser.at < text.length()) {
      throw parser.unknown();
    }
    return expression;
  }

  private Expression comparison() {
    Expression left = value();
    skipSpaces();
    if (text.startsWith("unless ", at)) {
      take("unless ");
      skipSpaces();
      return new Unless(left, value());
    }
    if (!looksAt(COMPARISON)) {
      return left;
    }
    Comparison comparison = COMPARISONS.get(take(COMPARISON));
    skipSpaces();
    if (looksAt(NUMBER)) {
      return new WithNumber(left, comparison, number());
    }
    if (left instanceof Selector selector) {
      return new WithEachOther(selector, comparison, selector());
    }
    throw unknown();
  }

  private Expression value() {
    if (looksAt(METRIC)) {
      return selector();
    }
    int start = at;
    String function = take(NAME);
    switch (function) {
      case "sum", "max", "count" -> {
        return aggregate(Aggregation.valueOf(function.toUpperCase(Locale.ROOT)));
      }
      case "rate", "increase" -> {
        take("(");
        Growth growth = new Growth(selector(), span(), function.equals("rate"));
        take(")");
        return growth;
      }
      case "count_over_time" -> {
        take("(");
        CountOverTime count = new CountOverTime(selector(), span());
        take(")");
        return count;
      }
      case "absent" -> {
        take("(");
        Absent absent = new Absent(selector());
        take(")");
        return absent;
      }
      case "histogram_quantile" -> {
        take("(");
        double share = number();
        take(",");
        skipSpaces();
        Quantile quantile = new Quantile(share, value());
        take(")");
        return quantile;
      }
      default -> {
        at = start;
        throw unknown();
      }
    }
  }

  private Expression aggregate(Aggregation how) {
    List<String> by = new ArrayList<>();
    skipSpaces();
    if (text.startsWith("by", at)) {
      take("by");
      skipSpaces();
      take("(");
      by.add(take(NAME));
      while (text.startsWith(",", at)) {
        take(",");
        skipSpaces();
        by.add(take(NAME));
      }
      take(")");
      skipSpaces();
    }
    take("(");
    Aggregate aggregate = new Aggregate(how, by, comparison());
    take(")");
    return aggregate;
  }

  private Selector selector() {
    String metric = take(METRIC);
    Map<String, String> equal = new TreeMap<>();
    if (text.startsWith("{", at)) {
      take("{");
      String label = take(NAME);
      take("=");
      String quoted = take(VALUE);
      equal.put(label, quoted.substring(1, quoted.length() - 1));
      take("}");
    }
    return new Selector(metric, equal);
  }

  private Duration span() {
    take("[");
    String span = take(MINUTES_OR_HOURS);
    return Duration.parse("PT" + span.substring(0, span.length() - 1).toUpperCase(Locale.ROOT));
  }

  private double number() {
    return Double.parseDouble(take(NUMBER));
  }

  private void skipSpaces() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean looksAt(Pattern pattern) {
    return matcher(pattern).lookingAt();
  }

  private String take(Pattern pattern) {
    Matcher matcher = matcher(pattern);
    if (!matcher.lookingAt()) {
      throw unknown();
    }
    at = matcher.end();
    return matcher.group();
  }

  private Matcher matcher(Pattern pattern) {
    return pattern.matcher(text).region(at, text.length());
  }

  private void take(String literal) {
    if (!text.startsWith(literal, at)) {
      throw unknown();
    }
    at += literal.length();
  }

  private IllegalArgumentException unknown() {
    return new IllegalArgumentException("Not a form that is known here: " + text.substring(at));
  }
}
