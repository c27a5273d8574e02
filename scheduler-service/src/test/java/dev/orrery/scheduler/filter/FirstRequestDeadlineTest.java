package dev.orrery.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.testkit.RawConnection;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstRequestDeadlineTest {
  private final Vertx vertx = Vertx.vertx();
  private final CompletableFuture<Channel> port = new CompletableFuture<>();
  private HttpServer server;

  private void listen(Duration longest) throws IOException {
    listen(longest, Integer.MAX_VALUE);
  }

  private void listen(Duration longest, int most) throws IOException {
    FirstRequestDeadline deadline = new FirstRequestDeadline(longest, most);
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .requestHandler(
                request -> {
                  Channel connection = ((ConnectionBase) request.connection()).channel();
                  deadline.onRequest(connection);
                  port.complete(connection.parent());
                  request.response().end("!");
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    try (RawConnection first = connect()) {
      assertThat(first.isAnswered()).isTrue();
    }
    awaitPlaced();
  }

  /** A port takes a new handler on its own thread, perhaps after the next connection. */
  private void awaitPlaced() {
    port.join().eventLoop().submit(() -> {}).syncUninterruptibly();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void connectionWithoutACompleteHeaderIsClosed() throws IOException {
    listen(Duration.ofMillis(300));
    try (RawConnection slow = connect();
        RawConnection silent = connect()) {
      slow.send("GET / HTTP/1.1\r\nHost:");

      assertThat(slow.isClosed()).isTrue();
      assertThat(silent.isClosed()).isTrue();
    }
  }

  @Test
  void connectionBeyondTheLimitIsClosedUntilAnotherOneIsGone() throws IOException {
    listen(Duration.ofMinutes(1), 2);
    try (RawConnection first = connect()) {
      try (RawConnection second = connect()) {
        assertThat(first.isAnswered()).isTrue();
        assertThat(second.isAnswered()).isTrue();
        try (RawConnection third = connect()) {
          assertThat(third.isClosed()).isTrue();
        }
      }
      await()
          .until(
              () -> {
                try (RawConnection next = connect()) {
                  return next.isAnswered();
                }
              });
      assertThat(first.isAnswered()).isTrue();
    }
  }

  /** Seconds, because two connections must be answered before the deadline. */
  @Test
  void connectionThatHasSentARequestStaysOpenUntilALaterHeaderIsSlow() throws IOException {
    listen(Duration.ofSeconds(2));
    try (RawConnection used = connect();
        RawConnection slow = connect()) {
      assertThat(used.isAnswered()).isTrue();
      assertThat(slow.isAnswered()).isTrue();
      slow.send("GET / HTTP/1.1\r\nHost:");
      try (RawConnection later = connect()) {
        assertThat(later.isClosed()).as("the later one, which sends nothing").isTrue();
      }

      assertThat(slow.isClosed()).as("the one with half of a second header").isTrue();
      assertThat(used.isAnswered()).isTrue();
    }
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(server.actualPort());
  }
}
