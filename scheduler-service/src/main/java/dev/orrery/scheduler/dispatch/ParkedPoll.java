package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.PollAnswer;
import dev.orrery.protocol.message.PollRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/**
 * A poll that has not been answered. It holds no thread: an entry in a map, and a timer.
 *
 * @param free how many attempts it may be answered with
 */
record ParkedPoll(long sequence, int free, CompletableFuture<PollAnswer> answer) {

  static ParkedPoll of(PollRequest request, int capacity) {
    int free = request.draining() ? 0 : Math.min(Math.max(0, request.free()), capacity);
    return new ParkedPoll(request.sequence(), free, new CompletableFuture<>());
  }

  /** Stops the timer as soon as the poll is answered by something else. */
  void timedBy(ScheduledFuture<?> timer) {
    answer.whenComplete((done, failure) -> timer.cancel(false));
  }
}
