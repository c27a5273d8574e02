package dev.orrery.scheduler.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.RawConnection;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
  private static final int MOST = 3;
  private static final Duration SERVED = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final ConnectionGate gate = new ConnectionGate(vertx, MOST, Duration.ofMillis(300));
  private HttpServer server;

  @BeforeEach
  void listen() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(gate::onOpened)
            .requestHandler(
                request -> {
                  gate.onRequest(request.connection());
                  request.response().end("!");
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void connectionWithoutACompleteHeaderIsClosed() throws IOException {
    try (RawConnection slow = connect();
        RawConnection silent = connect()) {
      slow.send("GET / HTTP/1.1\r\nHost:");

      assertThat(slow.isClosed()).isTrue();
      assertThat(silent.isClosed()).isTrue();
    }
  }

  @Test
  void connectionThatHasSentARequestStaysOpen() throws IOException {
    try (RawConnection used = connect()) {
      assertThat(used.isAnswered()).isTrue();
      try (RawConnection later = connect()) {
        assertThat(later.isClosed()).as("the later one, which sends nothing").isTrue();
      }

      assertThat(used.isAnswered()).isTrue();
    }
  }

  @Test
  void connectionsAreBoundedUntilOneCloses() throws IOException {
    RawConnection first = connect();
    assertThat(first.isAnswered()).isTrue();
    try (RawConnection second = connect();
        RawConnection third = connect()) {
      assertThat(second.isAnswered()).isTrue();
      assertThat(third.isAnswered()).isTrue();
      try (RawConnection tooMany = connect()) {
        assertThat(tooMany.isClosed()).isTrue();
      }

      first.close();

      assertThat(isServed()).isTrue();
    }
  }

  /** The server learns of a closed connection some time after the client closed it. */
  private boolean isServed() throws IOException {
    long until = System.nanoTime() + SERVED.toNanos();
    while (System.nanoTime() < until) {
      try (RawConnection connection = connect()) {
        if (connection.isAnswered()) {
          return true;
        }
      } catch (SocketException e) {
        // It was closed while the request was sent.
      }
    }
    return false;
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(server.actualPort());
  }
}
