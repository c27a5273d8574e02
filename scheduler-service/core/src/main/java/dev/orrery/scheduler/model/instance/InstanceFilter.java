package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.QueryParameter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A filter for instances of an app. A null component does not restrict the result.
 *
 * @param job name of a job
 * @param createdFrom the earliest creation time, inclusive
 * @param createdUntil the end of the creation times, exclusive
 * @param worker name of the worker that runs an instance, or last ran it
 * @param error a text within the error of the last attempt; case-insensitive
 * @param waitingFor why an instance waits
 * @param parameters values of parameters that were given to the instance, all of which must be
 *     equal; those of the job's document are not searched
 * @param labels of the job, all of which must be equal
 */
public record InstanceFilter(
    String job,
    Set<InstanceState> states,
    Instant createdFrom,
    Instant createdUntil,
    String worker,
    String error,
    Set<InstanceOrigin> origins,
    WaitingFor waitingFor,
    Map<String, String> parameters,
    Map<String, String> labels) {
  /** A shorter text occurs in nearly every error. */
  public static final int MIN_ERROR = 3;

  public static final int MAX_ERROR = 200;

  /** Longer than any name of a worker. */
  public static final int MAX_WORKER = 200;

  public static final int MAX_PARAMETERS = 10;

  /** Characters of a parameter's value; a longer one is data, and not a key. */
  public static final int MAX_PARAMETER = 1000;

  /**
   * @throws ProblemException {@code INVALID} for a text of the wrong length, and for an empty range
   *     of creation times
   */
  public InstanceFilter {
    states = states == null ? null : Set.copyOf(states);
    origins = origins == null ? null : Set.copyOf(origins);
    parameters = parameters == null || parameters.isEmpty() ? null : Map.copyOf(parameters);
    labels = labels == null || labels.isEmpty() ? null : Map.copyOf(labels);
    requireLength("errorText", error, MIN_ERROR, MAX_ERROR);
    requireLength("worker", worker, 1, MAX_WORKER);
    if (createdFrom != null && createdUntil != null && !createdFrom.isBefore(createdUntil)) {
      throw ProblemException.invalid("createdFrom", "'createdFrom' must be before 'createdUntil'.");
    }
  }

  /** Creates a filter without a reason to wait, parameters and labels. */
  public InstanceFilter(
      String job,
      Set<InstanceState> states,
      Instant createdFrom,
      Instant createdUntil,
      String worker,
      String error,
      Set<InstanceOrigin> origins) {
    this(job, states, createdFrom, createdUntil, worker, error, origins, null, null, null);
  }

  private static void requireLength(String field, String text, int min, int max) {
    if (text != null && (text.length() < min || text.length() > max)) {
      throw ProblemException.invalid(
          field, "'" + field + "' must have " + min + " to " + max + " characters.");
    }
  }

  static InstanceFilter created(String job, Instant from, Instant until) {
    return new InstanceFilter(job, null, from, until, null, null, null);
  }

  public InstanceFilter withStates(Set<InstanceState> others) {
    return copy(others, origins, waitingFor, parameters, labels);
  }

  public InstanceFilter withOrigins(Set<InstanceOrigin> others) {
    return copy(states, others, waitingFor, parameters, labels);
  }

  /** Returns a copy that selects instances with this reason to wait; null selects all. */
  public InstanceFilter waitingFor(WaitingFor reason) {
    return copy(states, origins, reason, parameters, labels);
  }

  /** Returns a copy that selects instances with these parameters. */
  public InstanceFilter withParameters(Map<String, String> others) {
    return copy(states, origins, waitingFor, others, labels);
  }

  /** Returns a copy that selects instances of jobs with these labels. */
  public InstanceFilter withLabels(Map<String, String> others) {
    return copy(states, origins, waitingFor, parameters, others);
  }

  private InstanceFilter copy(
      Set<InstanceState> newStates,
      Set<InstanceOrigin> newOrigins,
      WaitingFor newReason,
      Map<String, String> newParameters,
      Map<String, String> newLabels) {
    return new InstanceFilter(
        job,
        newStates,
        createdFrom,
        createdUntil,
        worker,
        error,
        newOrigins,
        newReason,
        newParameters,
        newLabels);
  }

  /** Returns true if the filter can reject rows that match its job and creation times. */
  boolean examinesRows() {
    return states != null
        || worker != null
        || error != null
        || origins != null
        || waitingFor != null
        || parameters != null;
  }

  /** Returns true if the filter reads texts of the rows, which can be long. */
  boolean examinesTexts() {
    return error != null || parameters != null;
  }

  boolean selectsActive() {
    return states == null || !states.stream().allMatch(InstanceState::isTerminal);
  }

  boolean selectsEnded() {
    return waitingFor == null
        && (states == null || states.stream().anyMatch(InstanceState::isTerminal));
  }

  /** Returns the smallest id within the creation times. */
  long firstId() {
    return createdFrom == null ? Long.MIN_VALUE : InstanceId.at(createdFrom);
  }

  /** Returns the smallest id after the creation times, at most {@code before}. */
  long endId(long before) {
    return createdUntil == null ? before : Math.min(before, InstanceId.at(createdUntil));
  }

  /** Returns the stored codes of the states; null for all. */
  List<Integer> stateCodes() {
    return states == null ? null : states.stream().map(InstanceState::code).sorted().toList();
  }

  /**
   * Parses the public names of states.
   *
   * @param field for the message
   * @param names null for all states
   * @throws ProblemException {@code INVALID} for an unknown name
   */
  public static Set<InstanceState> states(String field, Collection<String> names) {
    return names == null
        ? null
        : names.stream()
            .flatMap(name -> states(field, name).stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<InstanceState> states(String field, String name) {
    Set<InstanceState> states = InstanceState.ofPublicName(name);
    if (states.isEmpty()) {
      throw QueryParameter.unknown(field, InstanceState.publicNames().stream(), name);
    }
    return states;
  }

  /** Returns the names of the parameters, in the order of their values; null for none. */
  List<String> parameterNames() {
    return parameters == null ? null : List.copyOf(parameters.keySet());
  }

  /** Returns the values of the parameters, in the order of their names; null for none. */
  List<String> parameterValues() {
    return parameters == null ? null : List.copyOf(parameters.values());
  }

  /** Returns the names of the labels, in the order of their values; null for none. */
  List<String> labelNames() {
    return labels == null ? null : List.copyOf(labels.keySet());
  }

  /** Returns the values of the labels, in the order of their names; null for none. */
  List<String> labelValues() {
    return labels == null ? null : List.copyOf(labels.values());
  }

  /** Returns the names of the origins; null for all. */
  List<String> originNames() {
    return origins == null ? null : origins.stream().map(Enum::name).sorted().toList();
  }

  /**
   * Parses the name of an origin; null stays null.
   *
   * @throws ProblemException {@code INVALID} for an unknown name
   */
  public static Set<InstanceOrigin> origins(String name) {
    InstanceOrigin origin =
        QueryParameter.oneOf("origin", name, InstanceOrigin.values(), Enum::name);
    return origin == null ? null : Set.of(origin);
  }

  /**
   * Parses parameters, each as {@code name:value}; null for none.
   *
   * @throws ProblemException {@code INVALID} for one without a colon, for a name that is there
   *     twice, and for what {@link #parameters(String, Map)} refuses
   */
  public static Map<String, String> parameters(Collection<String> written) {
    return parameters(
        "parameter", QueryParameter.pairs("parameter", written, "orderId:4711", "instance"));
  }

  /**
   * Checks parameters.
   *
   * @throws ProblemException {@code INVALID} for too many, too long values, and names that no
   *     parameter can have
   */
  public static Map<String, String> parameters(String field, Map<String, String> parameters) {
    if (parameters.size() > MAX_PARAMETERS) {
      throw ProblemException.invalid(
          field, "'" + field + "' must name at most " + MAX_PARAMETERS + " parameters.");
    }
    parameters.forEach(
        (name, value) -> {
          ResourceName.require(field, name);
          requireLength(field, value, 0, MAX_PARAMETER);
        });
    return parameters;
  }

  /**
   * Parses the name of a reason to wait; null stays null.
   *
   * @throws ProblemException {@code INVALID} for an unknown name
   */
  public static WaitingFor waitingFor(String name) {
    return QueryParameter.oneOf("waitingFor", name, WaitingFor.values(), Enum::name);
  }
}
