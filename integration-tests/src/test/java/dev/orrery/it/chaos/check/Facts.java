package dev.orrery.it.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is known of a run once it is over: what clients were told, what the database holds, what
 * the attempts themselves wrote down, and what was done to them.
 *
 * @param jobs by name, with their app
 * @param ended by id
 * @param active what had not ended when the time for it was over, by id
 * @param earlier attempts that were not the last one of their instance
 * @param documents that instances were made of, by their id
 */
public record Facts(
    Map<String, Expected> jobs,
    Told told,
    Map<Long, Ended> ended,
    Map<Long, Active> active,
    List<EarlierAttempt> earlier,
    Map<Long, Document> documents,
    List<Trace> traces,
    Observed observed) {

  /**
   * What clients know.
   *
   * @param acknowledged instances that were made one by one
   * @param askedToCancel instances whose cancel was sent, heard or not
   * @param canceled instances whose cancel was acknowledged
   * @param notFound acknowledged instances of which a client was told that they are not there
   */
  public record Told(
      List<Batch> batches,
      Set<Long> acknowledged,
      Set<Long> askedToCancel,
      Set<Long> canceled,
      List<Seen> seen,
      Set<Long> notFound) {}

  /**
   * A call that makes instances under one idempotency key, however often it was repeated.
   *
   * @param ids null if it was never acknowledged
   */
  public record Batch(String key, String job, int count, List<Long> ids) {}

  /** An instance as a client saw it after its end. */
  public record Seen(long id, String state, int attempt, Instant endedAt, String result) {}

  /**
   * A row of the history.
   *
   * @param batch the key of the call that made it; null if none did
   * @param reported whether the report of its session ended it
   * @param retryOf null unless it repeats another one by hand
   */
  public record Ended(
      long id,
      String job,
      String batch,
      String state,
      String reason,
      int attempt,
      boolean reported,
      Instant fireTime,
      Long retryOf,
      int skippedCount,
      Instant endedAt,
      String result,
      String error) {}

  /** A row of what has not ended. */
  public record Active(long id, String job, String batch, String state, Long retryOf) {}

  /**
   * @param state as it is stored
   */
  public record EarlierAttempt(
      long id, int attempt, String state, boolean reported, String error) {}

  /**
   * A version of a job.
   *
   * @param job with its app
   * @param marker a parameter of the document that names app, job and edit
   */
  public record Document(String job, int version, String marker) {}

  /**
   * What an attempt itself wrote, on the clock that all processes of the machine share and nobody
   * can set.
   *
   * @param endNanos null if it was cut off
   * @param ran what the worker got, with the worker's own app
   */
  public record Trace(long id, int attempt, long startNanos, Long endNanos, Document ran) {}

  /**
   * What was seen from outside.
   *
   * @param overLimit looks at the database in which a job had more running than it allows
   * @param outages of the database, all long enough to be noticed by everybody
   * @param ready times for which replicas said that they are ready
   * @param expired when sessions were ended since their lease was over
   * @param silent triggers that did not fire again after the last fault
   * @param deaths processes that ended by themselves
   * @param complaints what processes say of themselves
   */
  public record Observed(
      Duration lease,
      List<String> overLimit,
      List<Outage> outages,
      List<Ready> ready,
      List<Instant> expired,
      List<String> silent,
      List<String> deaths,
      List<String> complaints) {}

  /**
   * The database was away, or took no write.
   *
   * @param until it took none before
   */
  public record Outage(Instant from, Instant until) {}

  /** A replica was ready, by all of its answers, which came without a break. */
  public record Ready(String replica, Instant from, Instant until) {}

  /** What a successful attempt of the workload gives as its result, and a failed one says. */
  public static String mark(long id, int attempt) {
    return id + "/" + attempt;
  }
}
