package dev.orrery.worker.poll;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.ScheduledTask;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Keeps one poll parked at the scheduler: for work while there is room, for cancels always. Belongs
 * to the worker's thread.
 */
public final class Poller {
  /** Beyond the time that the scheduler may park it. */
  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

  /** So long a drain waits for answers to polls from before it. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  /** So long a little room waits to become more, so that one poll asks for many. */
  private static final Duration GATHER = Duration.ofMillis(5);

  private final EventLoop core;
  private final ProtocolClient wire;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final Backoff backoff;
  private final ActivityCounters counters;
  private final NavigableSet<Long> underWay = new TreeSet<>();
  private long sequence;
  private int newestFree;
  private boolean draining;
  private long firstOfDrain;
  private Runnable lastAnswersAwaited;
  private boolean backingOff;
  private ScheduledTask soon;

  public Poller(
      EventLoop core,
      ProtocolClient wire,
      AttemptRegistry attempts,
      SchedulerConnection connection,
      Backoff backoff,
      ActivityCounters counters) {
    this.core = core;
    this.wire = wire;
    this.attempts = attempts;
    this.connection = connection;
    this.backoff = backoff;
    this.counters = counters;
  }

  /** The sequence of the next poll, which is sent after what is acknowledged now. */
  public long nextSequence() {
    return sequence + 1;
  }

  /** A session has begun. */
  public void begin() {
    backoff.reset();
    poll();
  }

  /**
   * Asks for no more work.
   *
   * @param whenNothingComes is run once: no answer is on its way any more that could bring an
   *     attempt, or none has come for too long
   */
  public void drain(Runnable whenNothingComes) {
    draining = true;
    firstOfDrain = nextSequence();
    lastAnswersAwaited = whenNothingComes;
    // The answers to older ones come at once: this one supersedes them.
    poll();
    if (mayBringAttempts()) {
      core.after(LAST_ANSWERS, this::nothingComes);
    } else {
      nothingComes();
    }
  }

  /** Whether polls from before the drain are not answered yet. */
  private boolean mayBringAttempts() {
    return !underWay.isEmpty() && underWay.first() < firstOfDrain;
  }

  private void nothingComes() {
    Runnable awaited = lastAnswersAwaited;
    lastAnswersAwaited = null;
    if (awaited != null) {
      awaited.run();
    }
  }

  /** There is more room than before. */
  public void freed() {
    boolean asksForWork = !underWay.isEmpty() && newestFree > 0;
    if (!connection.isOpen() || backingOff || asksForWork || wanted() == 0) {
      return;
    }
    if (wanted() * 2 >= attempts.capacity()) {
      poll();
    } else if (soon == null) {
      soon = core.after(GATHER, this::poll);
    }
  }

  private int wanted() {
    return draining || connection.isLeaving() ? 0 : attempts.free();
  }

  /** Sends a poll; one that is still parked is ended by it. */
  private void poll() {
    if (soon != null) {
      soon.cancel();
      soon = null;
    }
    backingOff = false;
    if (!connection.isOpen()) {
      return;
    }
    SchedulerSession session = connection.session();
    sequence++;
    newestFree = wanted();
    long mine = sequence;
    underWay.add(mine);
    long sentAt = core.nanos();
    PollRequest request =
        new PollRequest(
            session.id(),
            mine,
            newestFree,
            attempts.heldBy(session.id()),
            session.pollWait().toMillis(),
            draining);
    core.handle(
        wire.ask(
            session.address(),
            WorkerOperation.POLL,
            request,
            session.pollWait().plus(ANSWER_MARGIN)),
        (answer, failure) -> answered(session, mine, sentAt, answer, failure));
  }

  private void answered(
      SchedulerSession session,
      long answered,
      long sentAt,
      PollResponse answer,
      Throwable failure) {
    underWay.remove(answered);
    take(session, answered, sentAt, answer, failure);
    if (!mayBringAttempts()) {
      nothingComes();
    }
  }

  private void take(
      SchedulerSession session,
      long answered,
      long sentAt,
      PollResponse answer,
      Throwable failure) {
    if (failure != null) {
      if (session.equals(connection.session()) && answered == sequence) {
        counters.pollFailed();
        connection.failed(session, failure);
        backingOff = true;
        soon = core.after(backoff.next(), this::poll);
      }
      return;
    }
    backoff.reset();
    session.lease().renewed(sentAt, Duration.ofMillis(answer.leaseRemainingMillis()));
    if (session.equals(connection.session())) {
      connection.worked(session);
      attempts.take(session.id(), session.lease(), answer.attempts());
      // Later, since what was just given may be among them.
      attempts.cancel(answer.cancels());
      if (answer.drain()) {
        connection.leave();
      }
    }
    // After what it brings was compared with what is remembered. An older poll that is still under
    // way may bring again what has been acknowledged since.
    attempts.forgetBefore(underWay.isEmpty() ? answered : Math.min(answered, underWay.first()));
    // Without a newer poll the scheduler could not reach us.
    if (answered == sequence) {
      poll();
    }
  }
}
