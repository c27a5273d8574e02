package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.http.security.WatchedCall;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** A poll and its future answer. It holds no thread while it is parked, only a timer. */
final class ParkedPoll {
  /** A worker may hold as many ended, unacknowledged attempts as running ones. */
  static final int MAX_HELD_PER_CAPACITY = 2;

  private final long sequence;
  private final int free;
  private final Set<AttemptRef> held;
  private final Protocol protocol;
  private final CompletableFuture<PollResponse> answer = new CompletableFuture<>();
  private WatchedCall caller;

  /**
   * @param capacity of the session: the most attempts of one answer; the session holds at most
   *     twice as many
   */
  ParkedPoll(PollRequest request, int capacity, Protocol protocol) {
    this.protocol = protocol;
    this.sequence = request.sequence();
    this.held = Set.copyOf(request.held());
    int room = Math.min(capacity, MAX_HELD_PER_CAPACITY * capacity - held.size());
    this.free = request.draining() ? 0 : Math.max(0, Math.min(request.free(), room));
  }

  long sequence() {
    return sequence;
  }

  /** Returns how many attempts the answer may contain. */
  int free() {
    return free;
  }

  /** Returns the attempts that the worker held when it sent the poll. */
  Set<AttemptRef> held() {
    return held;
  }

  /** Returns the protocol of the answer, which bounds its size. */
  Protocol protocol() {
    return protocol;
  }

  /** Sets the watch of its caller, before the poll is parked. It ends with the answer. */
  void watchedBy(WatchedCall watched) {
    caller = watched;
    var unused = answer.whenComplete((done, failure) -> watched.close());
  }

  /** Returns true if work may be sent to the caller now. */
  boolean isTrusted() {
    return caller.isTrusted();
  }

  CompletableFuture<PollResponse> answer() {
    return answer;
  }

  /** Cancels the timer as soon as the poll is answered. */
  void cancelWhenAnswered(ScheduledFuture<?> timer) {
    var unused = answer.whenComplete((done, failure) -> timer.cancel(false));
  }
}
