package dev.orrery.worker.renew;

import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.RenewAnswer;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.worker.attempt.Attempts;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.Core;
import dev.orrery.worker.core.Timer;
import dev.orrery.worker.session.Connection;
import dev.orrery.worker.session.Session;
import dev.orrery.worker.wire.Wire;
import java.time.Duration;

/** Renews the lease of the session, whatever else is under way. Belongs to the worker's thread. */
public final class Renewing {
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private final Core core;
  private final Wire wire;
  private final Attempts attempts;
  private final Connection connection;
  private final Backoff backoff;
  private boolean draining;
  private Timer next;

  public Renewing(Core core, Wire wire, Attempts attempts, Connection connection, Backoff backoff) {
    this.core = core;
    this.wire = wire;
    this.attempts = attempts;
    this.connection = connection;
    this.backoff = backoff;
  }

  /** A session has begun. */
  public void begin(Session session) {
    backoff.reset();
    renewWithin(session.renewEvery());
  }

  /** Tells the scheduler at once that no more work is taken. */
  public void drain() {
    draining = true;
    renewWithin(Duration.ZERO);
  }

  private void renewWithin(Duration time) {
    if (next != null) {
      next.cancel();
    }
    next = core.after(time, this::renew);
  }

  private void renew() {
    if (!connection.isOpen()) {
      return;
    }
    Session session = connection.session();
    long sentAt = core.nanos();
    RenewRequest request = new RenewRequest(session.id(), attempts.heldBy(session.id()), draining);
    core.handle(
        wire.ask(session.address(), Verb.RENEW, request, LONGEST),
        (answer, failure) -> answered(session, sentAt, answer, failure));
  }

  private void answered(Session session, long sentAt, RenewAnswer answer, Throwable failure) {
    if (!session.equals(connection.session())) {
      return;
    }
    if (failure != null) {
      connection.failed(session, failure);
      if (session.equals(connection.session())) {
        renewWithin(backoff.next());
      }
      return;
    }
    backoff.reset();
    connection.worked(session);
    session.lease().renewed(sentAt, Duration.ofMillis(answer.leaseRemainingMillis()));
    attempts.cancel(answer.cancels());
    attempts.lose(answer.lost());
    attempts.startBuffered(session.lease());
    renewWithin(session.renewEvery());
  }
}
