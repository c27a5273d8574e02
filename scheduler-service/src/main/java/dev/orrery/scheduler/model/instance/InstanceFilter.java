package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.http.rest.QueryParameter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
 */
public record InstanceFilter(
    String job,
    Set<InstanceState> states,
    Instant createdFrom,
    Instant createdUntil,
    String worker,
    String error,
    Set<InstanceOrigin> origins,
    WaitingFor waitingFor) {
  /** A shorter text occurs in nearly every error. */
  public static final int MIN_ERROR = 3;

  public static final int MAX_ERROR = 200;

  /** Longer than any name of a worker. */
  public static final int MAX_WORKER = 200;

  /**
   * @throws ProblemException {@code INVALID} for a text of the wrong length, and for an empty range
   *     of creation times
   */
  public InstanceFilter {
    states = states == null ? null : Set.copyOf(states);
    origins = origins == null ? null : Set.copyOf(origins);
    requireLength("errorText", error, MIN_ERROR, MAX_ERROR);
    requireLength("worker", worker, 1, MAX_WORKER);
    if (createdFrom != null && createdUntil != null && !createdFrom.isBefore(createdUntil)) {
      throw ProblemException.invalid("createdFrom", "'createdFrom' must be before 'createdUntil'.");
    }
  }

  /** Creates a filter without a reason to wait. */
  public InstanceFilter(
      String job,
      Set<InstanceState> states,
      Instant createdFrom,
      Instant createdUntil,
      String worker,
      String error,
      Set<InstanceOrigin> origins) {
    this(job, states, createdFrom, createdUntil, worker, error, origins, null);
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
    return new InstanceFilter(
        job, others, createdFrom, createdUntil, worker, error, origins, waitingFor);
  }

  public InstanceFilter withOrigins(Set<InstanceOrigin> others) {
    return new InstanceFilter(
        job, states, createdFrom, createdUntil, worker, error, others, waitingFor);
  }

  /** Returns a copy that selects instances with this reason to wait; null selects all. */
  public InstanceFilter waitingFor(WaitingFor reason) {
    return new InstanceFilter(
        job, states, createdFrom, createdUntil, worker, error, origins, reason);
  }

  /** Returns true if the filter can reject rows that match its job and creation times. */
  boolean examinesRows() {
    return states != null
        || worker != null
        || error != null
        || origins != null
        || waitingFor != null;
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
   * Parses the name of a reason to wait; null stays null.
   *
   * @throws ProblemException {@code INVALID} for an unknown name
   */
  public static WaitingFor waitingFor(String name) {
    return QueryParameter.oneOf("waitingFor", name, WaitingFor.values(), Enum::name);
  }
}
