package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A credential of waiting calls, with its last proof at this replica. Thread-safe. */
final class WatchedCredential {
  private final CallerCredential credential;
  private final Integer appId;
  private final Set<WatchedCall> calls = ConcurrentHashMap.newKeySet();

  /** Null before the first proof, and after a refusal. */
  private volatile Proof proof;

  private boolean refused;

  WatchedCredential(CallerCredential credential, Integer appId) {
    this.credential = credential;
    this.appId = appId;
  }

  /**
   * The last proof that the credential was valid.
   *
   * @param atNanos the time when its query was sent, in nanoseconds of the ticker
   * @param expiresAt null if the token does not expire
   */
  record Proof(long atNanos, Instant expiresAt) {
    boolean isOlderThan(Duration age, long nowNanos) {
      return nowNanos - atNanos >= age.toNanos();
    }
  }

  CallerCredential credential() {
    return credential;
  }

  boolean isOf(int app) {
    return appId != null && appId == app;
  }

  Proof proof() {
    return proof;
  }

  /**
   * Records a proof, unless the credential was refused: the query may have begun before the
   * refusal.
   */
  synchronized void prove(Proof found) {
    if (!refused) {
      proof = found;
    }
  }

  /** Ends all calls. No later proof makes the credential valid again. */
  void refuse(ProblemException reason) {
    synchronized (this) {
      refused = true;
      proof = null;
    }
    calls.forEach(call -> call.refuse(reason));
  }

  void resumeCalls() {
    calls.forEach(WatchedCall::resume);
  }

  void add(WatchedCall call) {
    calls.add(call);
  }

  int callCount() {
    return calls.size();
  }

  /** Removes a call; returns true if none is left. */
  boolean remove(WatchedCall call) {
    calls.remove(call);
    return calls.isEmpty();
  }
}
