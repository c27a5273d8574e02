package dev.orrery.protocol.text;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The trace of a run, as a {@code traceparent} of W3C Trace Context. It travels as a reserved
 * parameter of the run.
 *
 * @param value of version 00
 * @param isLink true if the attempt only links to the trace, because it may run much later: a
 *     repeated attempt, a retry, or the node of a flow
 */
public record TraceParent(String value, boolean isLink) {
  /** The parameter of a submitted run. */
  public static final String PARAMETER = "orrery.traceparent";

  /** The parameter of a retry and of a node, whose attempts are all links. */
  public static final String LINK_PARAMETER = "orrery.tracelink";

  /** The end of an error message about a value. */
  public static final String RULE =
      "must be a traceparent of W3C Trace Context, of version 00, such as"
          + " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final String RESERVED = "orrery.";
  private static final Pattern VALUE =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** Returns true for the name of a parameter that users cannot choose. */
  public static boolean isReserved(String parameter) {
    return parameter.startsWith(RESERVED);
  }

  public static boolean isValid(String value) {
    return VALUE.matcher(value).matches();
  }

  /**
   * Returns the trace of an attempt; empty without one, and if it is not valid.
   *
   * @param parameters as the worker gets them
   * @param attempt its number, from 1
   */
  public static Optional<TraceParent> of(Map<String, String> parameters, int attempt) {
    String parent = parameters.get(PARAMETER);
    String value = parent == null ? parameters.get(LINK_PARAMETER) : parent;
    return value == null || !isValid(value)
        ? Optional.empty()
        : Optional.of(new TraceParent(value, parent == null || attempt > 1));
  }

  /** Returns the parameters that people gave; the same map if it has no trace. */
  public static Map<String, String> hide(Map<String, String> parameters) {
    if (!parameters.containsKey(PARAMETER) && !parameters.containsKey(LINK_PARAMETER)) {
      return parameters;
    }
    Map<String, String> given = new HashMap<>(parameters);
    given.remove(PARAMETER);
    given.remove(LINK_PARAMETER);
    return Map.copyOf(given);
  }

  /** Returns the parameter of a run that this attempt or flow starts: empty without a trace. */
  public static Map<String, String> linkOf(Map<String, String> parameters) {
    return of(parameters, 1).map(trace -> Map.of(LINK_PARAMETER, trace.value())).orElse(Map.of());
  }
}
