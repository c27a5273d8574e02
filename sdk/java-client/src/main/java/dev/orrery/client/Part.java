package dev.orrery.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A part of an instance, in a list. {@link OrreryClient#getInstance} with its id returns all of it.
 *
 * @param number from 0
 * @param attempt number of the running attempt, or of the last one; 0 before the first
 * @param startedAt of the last attempt
 * @param endedAt when the scheduler accepted the end; empty before
 * @param runTime of the last attempt, by the clock of its worker
 * @param worker that runs it, or ran it last
 * @param error the first 1,000 characters of it
 */
public record Part(
    String id,
    int number,
    InstanceState state,
    int attempt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Duration> runTime,
    Optional<String> worker,
    Optional<EndReason> endReason,
    Optional<String> error) {

  static Part of(Fields json) {
    return new Part(
        json.text("id"),
        json.number("part"),
        InstanceState.of(json),
        json.number("attempt"),
        json.optionalInstant("startedAt"),
        json.optionalInstant("endedAt"),
        json.optionalNumber("runMillis").map(Duration::ofMillis),
        json.optionalText("worker"),
        EndReason.of(json),
        json.optionalText("error"));
  }
}
