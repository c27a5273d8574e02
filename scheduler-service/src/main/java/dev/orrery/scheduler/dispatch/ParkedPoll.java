package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** A poll that has not been answered. It holds no thread: an entry in a map, and a timer. */
final class ParkedPoll {
  private final long sequence;
  private final int free;
  private final Set<AttemptRef> held;
  private final Transport transport;
  private final CompletableFuture<PollAnswer> answer = new CompletableFuture<>();

  /**
   * @param capacity of the session: nobody is given more, whatever he asks for
   */
  ParkedPoll(PollRequest request, int capacity, Transport transport) {
    this.transport = transport;
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
  Transport transport() {
    return transport;
  }

  CompletableFuture<PollAnswer> answer() {
    return answer;
  }

  /** Stops the timer as soon as the poll is answered by something else. */
  void timedBy(ScheduledFuture<?> timer) {
    var unused = answer.whenComplete((done, failure) -> timer.cancel(false));
  }
}
