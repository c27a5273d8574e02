package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** A poll that has not been answered. It holds no thread: an entry in a map, and a timer. */
final class ParkedPoll {
  private final long sequence;
  private final int free;
  private final Set<AttemptRef> held;
  private final Protocol protocol;
  private final CompletableFuture<PollResponse> answer = new CompletableFuture<>();

  /**
   * @param capacity of the session: nobody is given more, whatever he asks for
   */
  ParkedPoll(PollRequest request, int capacity, Protocol protocol) {
    this.protocol = protocol;
    this.sequence = request.sequence();
    this.held = Set.copyOf(request.held());
    this.free = request.draining() ? 0 : Math.min(Math.max(0, request.free()), capacity);
  }

  long sequence() {
    return sequence;
  }

  /** How many attempts it may be answered with. */
  int free() {
    return free;
  }

  /** What the worker had when it sent it. */
  Set<AttemptRef> held() {
    return held;
  }

  /** Which brings the answer, and bounds it. */
  Protocol protocol() {
    return protocol;
  }

  CompletableFuture<PollResponse> answer() {
    return answer;
  }

  /** Stops the timer as soon as the poll is answered by something else. */
  void timedBy(ScheduledFuture<?> timer) {
    var unused = answer.whenComplete((done, failure) -> timer.cancel(false));
  }
}
