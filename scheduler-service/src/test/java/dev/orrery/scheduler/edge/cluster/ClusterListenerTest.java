package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.connection.ConnectionMetrics;
import dev.orrery.scheduler.http.connection.ResponseMemory;
import dev.orrery.scheduler.testkit.CapturedLog;
import dev.orrery.scheduler.testkit.RawConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uses real sockets. */
class ClusterListenerTest {
  private static final ClusterSecret SECRET = new ClusterSecret("a secret of this test");
  private static final int MOST = 3;

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ClusterListener listener =
      new ClusterListener(
          vertx,
          SECRET,
          Ticker.SYSTEM,
          null,
          (operation, body) -> "!",
          new ResponseMemory(new QuotaMetrics(meters)),
          new ConnectionMetrics(meters),
          MOST);

  @AfterEach
  void stop() throws Exception {
    listener.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void bindsOnlyTheConfiguredHost() throws IOException {
    int port = listener.start("127.0.0.2", 0);

    try (Socket connected = new Socket("127.0.0.2", port)) {
      assertThat(connected.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void answersAnyNumberOfSequentialConnections() throws IOException {
    int port = listener.start("127.0.0.1", 0);

    for (int n = 0; n < 3 * MOST; n++) {
      try (RawConnection connection = new RawConnection(port)) {
        assertThat(connection.isAnswered(signedHint())).isTrue();
      }
    }
  }

  @Test
  void closesLongestIdleConnectionAtTheLimit() throws IOException {
    int port = listener.start("127.0.0.1", 0);
    try (RawConnection one = new RawConnection(port);
        RawConnection two = new RawConnection(port);
        RawConnection three = new RawConnection(port)) {
      for (RawConnection connection : List.of(one, two, three, one)) {
        assertThat(connection.isAnswered(signedHint())).isTrue();
      }

      try (RawConnection four = new RawConnection(port)) {
        assertThat(four.isAnswered(signedHint())).isTrue();
        assertThat(two.isClosed()).isTrue();
        assertThat(three.isAnswered(signedHint())).isTrue();
        assertThat(one.isAnswered(signedHint())).isTrue();
      }
    }
  }

  @Test
  void refusesAndLogsUnsignedCall() throws IOException {
    int port = listener.start("127.0.0.1", 0);
    try (CapturedLog log = CapturedLog.of(ClusterListener.class);
        RawConnection connection = new RawConnection(port)) {
      assertThat(
              connection.isAnswered(
                  signedHint().replace(ClusterSecret.SIGNATURE, "Orrery-Something")))
          .isFalse();
      assertThat(log.lines())
          .anyMatch(
              line ->
                  line.startsWith("WARN")
                      && line.contains("Refused a call on the cluster port")
                      && line.contains("orrery.cluster.secret"));
    }
  }

  private static String signedHint() {
    String nonce = ClusterSecret.newNonce();
    String signature = SECRET.ofRequest(ClusterOperation.HINT, nonce, new byte[0]);
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n%s: %s\r\nContent-Length: 0\r\n\r\n"
        .formatted(
            ClusterOperation.HINT.path(),
            ClusterSecret.NONCE,
            nonce,
            ClusterSecret.SIGNATURE,
            signature);
  }
}
