package dev.orrery.scheduler.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
  private static final int MOST = 3;
  private static final int LONGEST_MILLIS = 10_000;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

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
    try (Socket slow = connect();
        Socket silent = connect()) {
      send(slow, "GET / HTTP/1.1\r\nHost:");

      assertThat(isClosed(slow)).isTrue();
      assertThat(isClosed(silent)).isTrue();
    }
  }

  @Test
  void connectionThatHasSentARequestStaysOpen() throws IOException {
    try (Socket used = connect()) {
      send(used, REQUEST);
      assertThat(readAnswer(used)).endsWith("!");
      try (Socket later = connect()) {
        assertThat(isClosed(later)).as("the later one, which sends nothing").isTrue();
      }

      send(used, REQUEST);

      assertThat(readAnswer(used)).endsWith("!");
    }
  }

  @Test
  void connectionsAreBoundedUntilOneCloses() throws IOException {
    Socket first = connect();
    send(first, REQUEST);
    readAnswer(first);
    try (Socket second = connect();
        Socket third = connect()) {
      for (Socket open : new Socket[] {second, third}) {
        send(open, REQUEST);
        assertThat(readAnswer(open)).endsWith("!");
      }
      try (Socket tooMany = connect()) {
        assertThat(isClosed(tooMany)).isTrue();
      }

      first.close();

      assertThat(isServed()).isTrue();
    }
  }

  /** The server learns of a closed connection some time after the client closed it. */
  private boolean isServed() throws IOException {
    long until = System.nanoTime() + LONGEST_MILLIS * 1_000_000L;
    while (System.nanoTime() < until) {
      try (Socket socket = connect()) {
        send(socket, REQUEST);
        if (readAnswer(socket).endsWith("!")) {
          return true;
        }
      } catch (SocketException e) {
        // It was closed while the request was sent.
      }
    }
    return false;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(LONGEST_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true;
    }
  }

  /** All that arrives until the body of one character; less if the connection is closed. */
  private static String readAnswer(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    int next = socket.getInputStream().read();
    while (next != -1) {
      answer.append((char) next);
      if (answer.toString().endsWith("\r\n\r\n!")) {
        break;
      }
      next = socket.getInputStream().read();
    }
    return answer.toString();
  }
}
