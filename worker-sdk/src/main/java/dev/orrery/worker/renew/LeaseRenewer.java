package dev.orrery.worker.renew;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.ScheduledTask;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.List;

/**
 * Renews the lease of the session, whatever else is under way. Belongs to the worker's thread.
 *
 * <p>A renewal carries the progress of attempts, and where there is some it comes earlier. Polls
 * could carry it too, but are only answered when there is work: nobody would know whether it
 * arrived, and of two messages on their way the older could come last.
 */
public final class LeaseRenewer {
  private static final Duration LONGEST = Duration.ofSeconds(8);

  /** The least time between two renewals of which the later one is only for progress. */
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

  /** The same where an attempt has ended: people look at an instance just then. */
  private static final Duration LAST_WORDS_EVERY = Duration.ofMillis(200);

  private final EventLoop core;
  private final ProtocolClient wire;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final Backoff backoff;
  private final ProgressQueue progress = new ProgressQueue();
  private boolean draining;
  private boolean backingOff;
  private int underWay;
  private long sentAtNanos;
  private ScheduledTask next;
  private ScheduledTask early;

  public LeaseRenewer(
      EventLoop core,
      ProtocolClient wire,
      AttemptRegistry attempts,
      SchedulerConnection connection,
      Backoff backoff) {
    this.core = core;
    this.wire = wire;
    this.attempts = attempts;
    this.connection = connection;
    this.backoff = backoff;
    this.sentAtNanos = core.nanos() - PROGRESS_EVERY.toNanos();
  }

  /** A session has begun. */
  public void begin(SchedulerSession session) {
    backoff.reset();
    backingOff = false;
    renewWithin(session.renewInterval());
  }

  /** Tells the scheduler at once that no more work is taken. */
  public void drain() {
    draining = true;
    renewWithin(Duration.ZERO);
  }

  /** An attempt has come further; what it says until that is sent goes along. */
  public void progressed(HeldAttempt held) {
    progress.add(held);
    // One that is waited for takes this along, unless these are last words.
    if (early == null || held.outcome() != null) {
      renewEarly();
    }
  }

  /** An attempt has ended: its last progress, if it has not been sent, is sent soon. */
  public void ended(HeldAttempt held) {
    if (progress.contains(held)) {
      renewEarly();
    }
  }

  private void renewEarly() {
    // While one is under way its answer looks again; so does the retry of one that has failed.
    if (underWay > 0 || backingOff || progress.isEmpty()) {
      return;
    }
    if (early != null) {
      early.cancel();
    }
    Duration every = progress.hasLastWords() ? LAST_WORDS_EVERY : PROGRESS_EVERY;
    long sinceLast = core.nanos() - sentAtNanos;
    early = core.after(every.minusNanos(sinceLast), this::renew);
  }

  private void renewWithin(Duration time) {
    if (next != null) {
      next.cancel();
    }
    next = core.after(time, this::renew);
  }

  private void renew() {
    if (early != null) {
      early.cancel();
      early = null;
    }
    if (!connection.isOpen()) {
      return;
    }
    SchedulerSession session = connection.session();
    long sentAt = core.nanos();
    List<HeldAttempt> sent = progress.next(session.id());
    RenewRequest request =
        new RenewRequest(
            session.id(),
            attempts.heldBy(session.id()),
            draining,
            sent.stream().map(held -> held.progress().take()).toList());
    sentAtNanos = sentAt;
    underWay++;
    core.handle(
        wire.ask(session.address(), WorkerOperation.RENEW, request, LONGEST),
        (answer, failure) -> {
          underWay--;
          if (failure != null) {
            progress.addAll(sent);
          }
          answered(session, sentAt, answer, failure);
          renewEarly();
        });
  }

  private void answered(
      SchedulerSession session, long sentAt, RenewResponse answer, Throwable failure) {
    if (!session.equals(connection.session())) {
      return;
    }
    if (failure != null) {
      connection.failed(session, failure);
      if (session.equals(connection.session())) {
        backingOff = true;
        renewWithin(backoff.next());
      }
      return;
    }
    backoff.reset();
    backingOff = false;
    connection.worked(session);
    session.lease().renewed(sentAt, Duration.ofMillis(answer.leaseRemainingMillis()));
    attempts.cancel(answer.cancels());
    attempts.lose(answer.lost());
    attempts.startBuffered(session.lease());
    renewWithin(session.renewInterval());
  }
}
