package dev.orrery.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which instances a list has; newest first.
 *
 * @param states empty for all; {@code UNKNOWN} cannot be asked for
 * @param createdUntil without its end
 * @param worker that runs them, or ran them last
 * @param errorText in the error of the last attempt: 3 to 200 characters
 * @param limit the most items of a page, 1 to 500
 * @param after the cursor of the page before
 */
public record InstanceFilter(
    Optional<String> job,
    List<InstanceState> states,
    Optional<WaitingFor> waitingFor,
    Optional<Instant> createdFrom,
    Optional<Instant> createdUntil,
    Optional<String> worker,
    Optional<String> errorText,
    Optional<InstanceOrigin> origin,
    int limit,
    Optional<String> after) {

  public InstanceFilter {
    states = List.copyOf(states);
  }

  public static InstanceFilter all() {
    return new InstanceFilter(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        100,
        Optional.empty());
  }

  public InstanceFilter job(String name) {
    return new InstanceFilter(
        Optional.of(name),
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        worker,
        errorText,
        origin,
        limit,
        after);
  }

  /** Adds a state: instances in any of the states are selected. */
  public InstanceFilter state(InstanceState state) {
    List<InstanceState> more = Stream.concat(states.stream(), Stream.of(state)).toList();
    return new InstanceFilter(
        job, more, waitingFor, createdFrom, createdUntil, worker, errorText, origin, limit, after);
  }

  public InstanceFilter waitingFor(WaitingFor reason) {
    return new InstanceFilter(
        job,
        states,
        Optional.of(reason),
        createdFrom,
        createdUntil,
        worker,
        errorText,
        origin,
        limit,
        after);
  }

  public InstanceFilter createdFrom(Instant from) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        Optional.of(from),
        createdUntil,
        worker,
        errorText,
        origin,
        limit,
        after);
  }

  public InstanceFilter createdUntil(Instant until) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        Optional.of(until),
        worker,
        errorText,
        origin,
        limit,
        after);
  }

  public InstanceFilter worker(String name) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        Optional.of(name),
        errorText,
        origin,
        limit,
        after);
  }

  public InstanceFilter errorText(String text) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        worker,
        Optional.of(text),
        origin,
        limit,
        after);
  }

  public InstanceFilter origin(InstanceOrigin cause) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        worker,
        errorText,
        Optional.of(cause),
        limit,
        after);
  }

  public InstanceFilter limit(int items) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        worker,
        errorText,
        origin,
        items,
        after);
  }

  public InstanceFilter after(String cursor) {
    return new InstanceFilter(
        job,
        states,
        waitingFor,
        createdFrom,
        createdUntil,
        worker,
        errorText,
        origin,
        limit,
        Optional.of(cursor));
  }

  Query query() {
    Query query = new Query().with("job", job);
    for (InstanceState state : states) {
      query.with("state", state);
    }
    return query
        .with("waitingFor", waitingFor)
        .with("createdFrom", createdFrom)
        .with("createdUntil", createdUntil)
        .with("worker", worker)
        .with("errorText", errorText)
        .with("origin", origin)
        .with("limit", limit)
        .with("after", after);
  }
}
