package dev.orrery.worker.renew;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ScheduledTask;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.time.Duration;
import java.util.List;

/**
 * Renews the lease of the session, independently of other requests. Belongs to the event loop.
 *
 * <p>A renewal carries the progress of attempts, and new progress advances the next renewal. Polls
 * are unsuitable for progress: they get a response only when there is work, so the worker would not
 * know whether the progress arrived, and the older of two messages in flight could arrive last.
 */
public final class LeaseRenewer {
  /** The minimum time between a renewal and one that is sent only for progress. */
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(2);

  /** The minimum time if an attempt has ended, because users look at an instance at that moment. */
  private static final Duration FINAL_PROGRESS_INTERVAL = Duration.ofMillis(200);

  private final EventLoop loop;
  private final ProtocolClient client;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final FailureBackoff backoff;
  private final ProgressQueue progress = new ProgressQueue();
  private boolean draining;
  private boolean backingOff;
  private int inFlight;
  private long sentAtNanos;
  private ScheduledTask next;
  private ScheduledTask early;

  public LeaseRenewer(
      EventLoop loop,
      ProtocolClient client,
      AttemptRegistry attempts,
      SchedulerConnection connection,
      FailureBackoff backoff) {
    this.loop = loop;
    this.client = client;
    this.attempts = attempts;
    this.connection = connection;
    this.backoff = backoff;
    this.sentAtNanos = loop.nanos() - PROGRESS_INTERVAL.toNanos();
  }

  public void begin(SchedulerSession session) {
    backoff.reset();
    backingOff = false;
    renewWithin(session.renewInterval());
  }

  /** Renews at once, because a renewal in flight may fail only after the lease has expired. */
  public void renewNow() {
    renewWithin(Duration.ZERO);
  }

  /** Ends the pause after a failed renewal: renews at once. */
  public void retryNow() {
    if (backingOff) {
      renewNow();
    }
  }

  /** Informs the scheduler at once that the worker takes no more work. */
  public void drain() {
    draining = true;
    renewNow();
  }

  /** Schedules a renewal, which carries the newest progress at the time of sending. */
  public void onProgress(HeldAttempt held) {
    progress.add(held);
    // A scheduled early renewal is early enough, unless the progress is final.
    if (early == null || held.outcome() != null) {
      renewEarly();
    }
  }

  /** Schedules a renewal soon if the final progress of the attempt was not sent. */
  public void onEnded(HeldAttempt held) {
    if (progress.contains(held)) {
      renewEarly();
    }
  }

  private void renewEarly() {
    // The response to a renewal in flight calls this again, and so does the retry of a failed one.
    if (inFlight > 0 || backingOff || progress.isEmpty()) {
      return;
    }
    if (early != null) {
      early.cancel();
    }
    Duration every = progress.hasFinalProgress() ? FINAL_PROGRESS_INTERVAL : PROGRESS_INTERVAL;
    long sinceLast = loop.nanos() - sentAtNanos;
    early = loop.after(every.minusNanos(sinceLast), this::renew);
  }

  private void renewWithin(Duration time) {
    if (next != null) {
      next.cancel();
    }
    next = loop.after(time, this::renew);
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
    long sentAt = loop.nanos();
    List<HeldAttempt> sent = progress.next(session.id());
    RenewRequest request =
        new RenewRequest(
            session.id(),
            attempts.heldBy(session.id()),
            draining,
            sent.stream().map(held -> held.progress().take()).toList());
    sentAtNanos = sentAt;
    inFlight++;
    loop.handle(
        client.ask(session.address(), WorkerOperation.RENEW, request, OperationTimeouts.RENEW),
        (response, failure) -> {
          inFlight--;
          if (failure != null) {
            progress.addAll(sent);
          }
          onResponse(session, sentAt, response, failure);
          renewEarly();
        });
  }

  private void onResponse(
      SchedulerSession session, long sentAt, RenewResponse response, Throwable failure) {
    if (!connection.isCurrent(session)) {
      return;
    }
    if (failure != null) {
      connection.onFailure(session, failure);
      if (connection.isCurrent(session)) {
        backingOff = true;
        renewWithin(backoff.next());
      }
      return;
    }
    backoff.reset();
    backingOff = false;
    connection.onSuccess(session, sentAt);
    session.lease().renewed(sentAt, Duration.ofMillis(response.leaseRemainingMillis()));
    attempts.cancel(response.cancels());
    attempts.markLost(response.lost());
    attempts.startBuffered(session.lease());
    renewWithin(session.renewInterval());
  }
}
