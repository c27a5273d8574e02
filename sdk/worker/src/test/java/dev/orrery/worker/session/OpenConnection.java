package dev.orrery.worker.session;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Opens connections for tests of sessions. */
public final class OpenConnection {
  public static final URI ADDRESS = URI.create("http://one:10010");
  public static final Duration LEASE = Duration.ofSeconds(30);
  public static final Duration POLL_WAIT = Duration.ofSeconds(25);
  public static final Duration RENEW_EVERY = Duration.ofSeconds(10);

  private OpenConnection() {}

  /** Returns a connection before its handshake. */
  public static SchedulerConnection of(
      ManualEventLoop loop, FakeProtocolClient client, SchedulerConnection.Listener listener) {
    SchedulerConnection connection =
        new SchedulerConnection(
            loop,
            client,
            List.of(ADDRESS),
            new WorkerOffer(null, null, 1, 1, "0", "billing", "w", List.of(), List.of("noop"), 4),
            new SettingHint(client.protocol(), UnaryOperator.identity()),
            new FailureBackoff(new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5)), () -> 0),
            new ActivityCounters(),
            InstantSource.system());
    connection.setListener(listener);
    return connection;
  }

  /** Answers the pending handshake. */
  public static void agree(FakeProtocolClient client, String session) {
    client
        .take(WorkerOperation.HANDSHAKE)
        .answer(
            new HandshakeResponse(
                session,
                1,
                LEASE.toMillis(),
                POLL_WAIT.toMillis(),
                RENEW_EVERY.toMillis(),
                null,
                null));
  }
}
