package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A live session as this replica knows it. */
public final class Session {
  private final UUID id;
  private final int appId;
  private final String worker;
  private final Skills skills;
  private final int capacity;
  private final Ticker ticker;
  private volatile long leaseEndsAtNanos;
  private volatile long renewedAtNanos;

  Session(
      UUID id,
      int appId,
      String worker,
      Skills skills,
      int capacity,
      Duration leaseRemaining,
      Ticker ticker) {
    this.id = id;
    this.appId = appId;
    this.worker = worker;
    this.skills = skills;
    this.capacity = capacity;
    this.ticker = ticker;
    renewed(leaseRemaining);
  }

  /**
   * The capabilities of the session's worker, in addition to its app: two sessions with equal
   * skills can claim the same instances.
   *
   * @param processors sorted, without doubles
   * @param tags sorted, without doubles
   */
  public record Skills(int appId, List<String> processors, List<String> tags) {
    public Skills {
      processors = processors.stream().distinct().sorted().toList();
      tags = tags.stream().distinct().sorted().toList();
    }

    /** Whether a job with this processor and these required tags may run there. */
    public boolean suffice(String processor, List<String> requiredTags) {
      return processors.contains(processor) && tags.containsAll(requiredTags);
    }
  }

  public UUID id() {
    return id;
  }

  public int appId() {
    return appId;
  }

  public String worker() {
    return worker;
  }

  public Skills skills() {
    return skills;
  }

  public int capacity() {
    return capacity;
  }

  /** How much of the lease is left, as far as this replica knows; zero if it is over. */
  public Duration leaseRemaining() {
    return Duration.ofNanos(Math.max(0, leaseEndsAtNanos - ticker.nanos()));
  }

  /** How long ago this replica renewed it. */
  Duration sinceRenewal() {
    return Duration.ofNanos(ticker.nanos() - renewedAtNanos);
  }

  void renewed(Duration remaining) {
    renewedAtNanos = ticker.nanos();
    leaseEndsAtNanos = renewedAtNanos + remaining.toNanos();
  }
}
