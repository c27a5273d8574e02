package dev.orrery.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.connection.ConnectionMetrics;
import dev.orrery.scheduler.connection.ResponseMemory;
import dev.orrery.scheduler.share.ShareMetrics;
import dev.orrery.scheduler.time.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On real sockets. */
class ClusterListenerTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ClusterListener listener =
      new ClusterListener(
          vertx,
          new ClusterSecret("a secret of this test"),
          Ticker.SYSTEM,
          null,
          (operation, body) -> null,
          new ResponseMemory(new ShareMetrics(meters)),
          new ConnectionMetrics(meters));

  @AfterEach
  void stop() throws Exception {
    listener.stop();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void bindsItsHostOnly() throws IOException {
    int port = listener.start("127.0.0.2", 0);

    try (Socket connected = new Socket("127.0.0.2", port)) {
      assertThat(connected.isConnected()).isTrue();
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }
}
