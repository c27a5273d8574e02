package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.UUID;

/** A live session as this replica knows it. */
public final class Session {
  private final UUID id;
  private final int appId;
  private final String worker;
  private final Capabilities capabilities;
  private final int capacity;
  private final Ticker ticker;
  private volatile long leaseEndsAtNanos;
  private volatile long renewedAtNanos;

  /** The token of its last call here; null if unknown. */
  private volatile Long tokenId;

  Session(
      UUID id,
      int appId,
      String worker,
      Capabilities capabilities,
      int capacity,
      Duration leaseRemaining,
      Ticker ticker) {
    this.id = id;
    this.appId = appId;
    this.worker = worker;
    this.capabilities = capabilities;
    this.capacity = capacity;
    this.ticker = ticker;
    renewed(leaseRemaining);
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

  public Capabilities capabilities() {
    return capabilities;
  }

  public int capacity() {
    return capacity;
  }

  /** Returns the remaining lease as far as this replica knows; zero if it is over. */
  public Duration leaseRemaining() {
    return Duration.ofNanos(Math.max(0, leaseEndsAtNanos - ticker.nanos()));
  }

  Duration sinceRenewal() {
    return Duration.ofNanos(ticker.nanos() - renewedAtNanos);
  }

  Long tokenId() {
    return tokenId;
  }

  void calledWith(Long token) {
    tokenId = token;
  }

  void renewed(Duration remaining) {
    renewedAtNanos = ticker.nanos();
    leaseEndsAtNanos = renewedAtNanos + remaining.toNanos();
  }
}
