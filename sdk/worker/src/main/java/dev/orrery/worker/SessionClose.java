package dev.orrery.worker;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.worker.attempt.AttemptRegistry;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.session.SchedulerConnection;
import dev.orrery.worker.session.SchedulerSession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;

/**
 * Ends the session of a stopping worker with the operation {@code bye}. Belongs to the event loop.
 */
final class SessionClose {
  private static final Logger LOG = System.getLogger(OrreryWorker.class.getName());

  private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

  /**
   * Retries start until {@link OperationTimeouts#BYE} has passed, and the last one may take as long
   * again.
   */
  static final Duration MAX_TIME = OperationTimeouts.BYE.multipliedBy(2);

  private final EventLoop loop;
  private final ProtocolClient client;
  private final AttemptRegistry attempts;
  private final SchedulerConnection connection;
  private final WorkerSettings settings;

  SessionClose(
      EventLoop loop,
      ProtocolClient client,
      AttemptRegistry attempts,
      SchedulerConnection connection,
      WorkerSettings settings) {
    this.loop = loop;
    this.client = client;
    this.attempts = attempts;
    this.connection = connection;
    this.settings = settings;
  }

  /** Ends the current session, if any, and then runs the action. */
  void send(Runnable then) {
    if (connection.isOpen()) {
      connection.onByeSent();
      send(connection.session(), loop.nanos() + OperationTimeouts.BYE.toNanos(), then);
    } else {
      then.run();
    }
  }

  /** Ends a session that was opened too late to be needed, and then runs the action. */
  void send(SchedulerSession unused, Runnable then) {
    send(unused, loop.nanos() + OperationTimeouts.BYE.toNanos(), then);
  }

  /**
   * Retries until the scheduler responds or the time is over. Without a response the session ends
   * with its lease.
   */
  private void send(SchedulerSession session, long untilNanos, Runnable then) {
    ByeRequest request = new ByeRequest(session.id(), attempts.heldBy(session.id()));
    // The session may have moved since the last try.
    URI address = connection.isCurrent(session) ? connection.address() : session.address();
    loop.handle(
        client.ask(address, WorkerOperation.BYE, request, OperationTimeouts.BYE),
        (response, failure) -> {
          if (failure == null || isGone(failure)) {
            connection.onByeAnswered(address, session);
            then.run();
          } else if (loop.nanos() - untilNanos > 0) {
            LOG.log(
                Level.WARNING,
                "Failed to close the session; it will end when its lease expires: app={0} worker={1}"
                    + " scheduler={2}",
                settings.app(),
                settings.name(),
                address);
            then.run();
          } else {
            connection.onFailure(session, failure);
            loop.after(RETRY_INTERVAL, () -> send(session, untilNanos, then));
          }
        });
  }

  private static boolean isGone(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.SESSION_GONE;
  }
}
