package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.LabelOptions;
import dev.orrery.cli.client.NameValue;
import dev.orrery.cli.client.SchedulerClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line options that select instances of an app. */
final class FilterOptions {
  private static final List<String> STATES =
      List.of("WAITING", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "CANCELED", "SKIPPED");

  private static final List<String> ORIGINS =
      List.of("SCHEDULED", "MANUAL", "BACKFILL", "RETRY", "FLOW");

  @Option(
      names = "--job",
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Only instances of this job.")
  private String job;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description =
          "Only instances in this state: WAITING, RUNNING, SUCCEEDED, FAILED, TIMED_OUT, CANCELED or"
              + " SKIPPED.")
  private String state;

  @Option(
      names = "--worker",
      paramLabel = "WORKER",
      description = "Only instances that this worker runs, or ran last.")
  private String worker;

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description =
          "Only instances with this text in their error, at least 3 characters; upper and lower"
              + " case are the same.")
  private String error;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description = "Only instances of this cause: SCHEDULED, MANUAL, BACKFILL, RETRY or FLOW.")
  private String origin;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      converter = NameValue.Converter.class,
      description =
          "Only instances to which this parameter was given; may be repeated. Parameters of the job"
              + " are not searched.")
  private List<NameValue> given = new ArrayList<>();

  @Mixin private LabelOptions labels;

  /** Returns the API parameters in the order of the options. */
  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, "job", job);
    put(parameters, "state", constant("--state", state, STATES));
    put(parameters, "worker", worker);
    put(parameters, "errorText", error);
    put(parameters, "origin", constant("--origin", origin, ORIGINS));
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }

  boolean selectsNodes() {
    return "FLOW".equals(parameters().get("origin"));
  }

  boolean isEmpty() {
    return parameters().isEmpty() && given.isEmpty() && labels.isEmpty();
  }

  /** Returns the query string with its question mark; empty if no option is given. */
  String query() {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    parameters().forEach((name, value) -> query.add(name + "=" + SchedulerClient.encoded(value)));
    NameValue.byName(given)
        .forEach(
            (name, value) -> query.add("parameter=" + SchedulerClient.encoded(name + ":" + value)));
    labels.parameters().forEach(query::add);
    return query.toString();
  }

  /** Adds the filter to the body of a bulk call. */
  void addTo(ObjectNode body) {
    parameters()
        .forEach(
            (name, value) -> {
              if (name.equals("state")) {
                body.putArray("states").add(value);
              } else {
                body.put(name, value);
              }
            });
    if (!given.isEmpty()) {
      ObjectNode wanted = body.putObject("parameters");
      NameValue.byName(given).forEach(wanted::put);
    }
    labels.addTo(body);
  }

  /** Accepts any case, and hyphens for underscores. */
  private static String constant(String option, String given, List<String> constants) {
    if (given == null) {
      return null;
    }
    String constant = given.toUpperCase(Locale.ROOT).replace('-', '_');
    if (!constants.contains(constant)) {
      throw UserException.usage(
          option + " must be one of " + String.join(", ", constants) + "; got '" + given + "'");
    }
    return constant;
  }
}
