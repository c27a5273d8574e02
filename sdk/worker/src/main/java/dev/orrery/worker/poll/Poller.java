package dev.orrery.worker.poll;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ScheduledTask;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Keeps one poll parked at the scheduler, for work while capacity is free, and always for cancels.
 * Belongs to the event loop.
 */
public final class Poller {
  /** The maximum time that a drain waits for the responses to earlier polls. */
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

  /**
   * Delays a poll while less than half of the capacity is free, so that it asks for several
   * attempts. A cancel waits for it, too.
   */
  private static final Duration BATCHING_DELAY = Duration.ofMillis(5);

  private final EventLoop loop;
  private final ProtocolClient client;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final FailureBackoff backoff;
  private final ActivityCounters counters;
  private final NavigableSet<Long> inFlight = new TreeSet<>();
  private long sequence;
  private int newestFree;
  private boolean draining;
  private long firstOfDrain;
  private Runnable pendingOnDrained;
  private boolean backingOff;
  private ScheduledTask delayedPoll;

  public Poller(
      EventLoop loop,
      ProtocolClient client,
      AttemptRegistry attempts,
      SchedulerConnection connection,
      FailureBackoff backoff,
      ActivityCounters counters) {
    this.loop = loop;
    this.client = client;
    this.attempts = attempts;
    this.connection = connection;
    this.backoff = backoff;
    this.counters = counters;
  }

  /** The sequence of the next poll, which follows the attempts that are acknowledged now. */
  public long nextSequence() {
    return sequence + 1;
  }

  public void begin() {
    backoff.reset();
    poll();
  }

  /** Polls at once, without waiting for the response to a hanging poll. */
  public void pollNow() {
    poll();
  }

  /** Ends the pause after a failed poll: polls at once. */
  public void retryNow() {
    if (backingOff) {
      poll();
    }
  }

  /**
   * Stops asking for work.
   *
   * @param onDrained runs once, when no outstanding response can deliver attempts, or after two
   *     seconds
   */
  public void drain(Runnable onDrained) {
    draining = true;
    firstOfDrain = nextSequence();
    pendingOnDrained = onDrained;
    // This poll supersedes older ones, so the scheduler answers them at once.
    poll();
    if (mayDeliverAttempts()) {
      loop.after(DRAIN_TIMEOUT, this::drained);
    } else {
      drained();
    }
  }

  /** Returns true if polls from before the drain are unanswered. */
  private boolean mayDeliverAttempts() {
    return !inFlight.isEmpty() && inFlight.first() < firstOfDrain;
  }

  private void drained() {
    Runnable awaited = pendingOnDrained;
    pendingOnDrained = null;
    if (awaited != null) {
      awaited.run();
    }
  }

  public void onFreed() {
    boolean asksForWork = !inFlight.isEmpty() && newestFree > 0;
    if (!connection.isOpen() || backingOff || asksForWork || wanted() == 0) {
      return;
    }
    pollForMany();
  }

  private void pollForMany() {
    if (draining || wanted() * 2 >= attempts.capacity()) {
      poll();
    } else if (delayedPoll == null) {
      delayedPoll = loop.after(BATCHING_DELAY, this::poll);
    }
  }

  private int wanted() {
    return draining || !connection.takesWork() ? 0 : attempts.free();
  }

  /** Sends a poll, which ends the parked one. */
  private void poll() {
    if (delayedPoll != null) {
      delayedPoll.cancel();
      delayedPoll = null;
    }
    backingOff = false;
    if (!connection.isOpen()) {
      return;
    }
    SchedulerSession session = connection.session();
    sequence++;
    newestFree = wanted();
    long mine = sequence;
    inFlight.add(mine);
    long sentAt = loop.nanos();
    PollRequest request =
        new PollRequest(
            session.id(),
            mine,
            newestFree,
            attempts.heldBy(session.id()),
            session.pollWait().toMillis(),
            draining);
    loop.handle(
        client.ask(
            session.address(),
            WorkerOperation.POLL,
            request,
            session.pollWait().plus(OperationTimeouts.POLL_MARGIN)),
        (response, failure) -> onResponse(session, mine, sentAt, response, failure));
  }

  private void onResponse(
      SchedulerSession session,
      long answered,
      long sentAt,
      PollResponse response,
      Throwable failure) {
    inFlight.remove(answered);
    take(session, answered, sentAt, response, failure);
    if (!mayDeliverAttempts()) {
      drained();
    }
  }

  private void take(
      SchedulerSession session,
      long answered,
      long sentAt,
      PollResponse response,
      Throwable failure) {
    if (failure != null) {
      if (connection.isCurrent(session) && answered == sequence) {
        counters.pollFailed();
        connection.onFailure(session, failure);
        backingOff = true;
        delayedPoll = loop.after(backoff.next(), this::poll);
      }
      return;
    }
    backoff.reset();
    session.lease().renewed(sentAt, Duration.ofMillis(response.leaseRemainingMillis()));
    if (connection.isCurrent(session)) {
      attempts.take(session.id(), session.lease(), response.attempts());
      // After the attempts, because the cancels may name them.
      attempts.cancel(response.cancels());
      // After the attempts, because a poll that is repeated now names them.
      connection.onSuccess(session, sentAt);
      if (response.drain()) {
        connection.onDrainRequested();
      }
    }
    // Only now, because the attempts are compared with the remembered ones. An older poll in flight
    // may bring an attempt again that has been acknowledged in the meantime.
    attempts.forgetBefore(inFlight.isEmpty() ? answered : Math.min(answered, inFlight.first()));
    // The scheduler reaches this worker only through a poll.
    if (answered == sequence) {
      pollForMany();
    }
  }
}
