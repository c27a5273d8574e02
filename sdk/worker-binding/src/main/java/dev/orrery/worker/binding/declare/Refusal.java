package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import dev.orrery.protocol.text.BoundedText;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the response to a refused declaration into an error message, with the same parts as
 * messages of the Java client: code, detail, field, and the setting to change.
 */
final class Refusal {
  private static final int MAX_LENGTH = 4 * 1024;
  private static final String CODE = "code";
  private static final String DETAIL = "detail";
  private static final Pattern JOB = Pattern.compile("jobs\\[(\\d{1,4})\\]");

  private Refusal() {}

  /** Returns false if another server, or a proxy in between, has answered. */
  static boolean isOfScheduler(String body) {
    return problem(body).get(CODE) instanceof String;
  }

  private static Map<String, Object> problem(String body) {
    try {
      return JsonMap.parse(body);
    } catch (JsonException e) {
      return Map.of();
    }
  }

  static String words(URI api, int status, String body, String prefix) {
    Map<String, Object> problem = problem(body);
    if (!(problem.get(CODE) instanceof String code)) {
      return noScheduler(api, status, prefix);
    }
    String detail = problem.get(DETAIL) instanceof String text ? text : "status " + status;
    String where =
        problem.get("field") instanceof String field && !detail.contains(field)
            ? " (field: " + field + ")"
            : "";
    String fix =
        setting(code).map(setting -> " Setting to change: " + prefix + setting + ".").orElse("");
    return BoundedText.abbreviate(code + ": " + detail + where, MAX_LENGTH) + fix;
  }

  /** Returns the indices of the jobs to which all errors belong; empty if one belongs to none. */
  static Set<Integer> wrongJobs(String body) {
    Set<Integer> jobs = new TreeSet<>();
    if (problem(body).get("errors") instanceof List<?> errors) {
      for (Object error : errors) {
        Matcher field =
            JOB.matcher(
                error instanceof Map<?, ?> fields ? String.valueOf(fields.get("field")) : "");
        if (!field.lookingAt()) {
          return Set.of();
        }
        jobs.add(Integer.valueOf(field.group(1)));
      }
    }
    return jobs;
  }

  /** Returns true if a scheduler of an earlier release does not know the code of a process. */
  static boolean isOfUnknownCode(String body) {
    return problem(body).get("errors") instanceof List<?> errors
        && errors.stream()
            .anyMatch(
                error ->
                    error instanceof Map<?, ?> fields
                        && "declaration.code".equals(fields.get("field")));
  }

  private static String noScheduler(URI api, int status, String prefix) {
    return "What answers at "
        + api
        + " is not the API of a scheduler (status "
        + status
        + "). Setting to change: "
        + prefix
        + "declare-server.";
  }

  private static Optional<String> setting(String code) {
    if (is(code, ErrorCode.UNAUTHENTICATED) || is(code, ErrorCode.FORBIDDEN)) {
      return Optional.of("declare-token");
    }
    if (is(code, ErrorCode.APP_NOT_FOUND)) {
      return Optional.of("app");
    }
    return is(code, ErrorCode.NOT_FOUND) ? Optional.of("declare-server") : Optional.empty();
  }

  private static boolean is(String code, ErrorCode expected) {
    return code.equals(expected.name());
  }
}
