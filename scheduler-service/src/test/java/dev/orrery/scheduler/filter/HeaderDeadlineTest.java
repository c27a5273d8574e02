package dev.orrery.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection with a deadline of ten seconds, whose clock only the test advances. */
class HeaderDeadlineTest {
  private static final String GET = "GET / HTTP/1.1\r\n\r\n";
  private static final String BEGIN = "GET / HTTP/1.1\r\nHo";

  private final EmbeddedChannel connection = new EmbeddedChannel(new HttpRequestDecoder());

  @BeforeEach
  void watch() {
    connection.freezeTime();
    HeaderDeadline.watch(connection, Duration.ofSeconds(10));
    send(GET);
  }

  @AfterEach
  void close() {
    connection.finishAndReleaseAll();
  }

  @Test
  void laterHeaderThatArrivesByteByByteEndsTheConnection() {
    send(BEGIN);
    for (int second = 0; second < 9; second++) {
      pass(1);
      send("x");
    }
    assertThat(connection.isOpen()).isTrue();

    pass(1);

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void headerInTwoReadsIsInTime() {
    send(BEGIN);
    pass(9);
    send("st: h\r\n\r\n");
    pass(60);

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void connectionWithoutARequestIsLeftToTheIdleTimeout() {
    pass(60);

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void slowBodyIsNoSlowHeader() {
    send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    for (int second = 0; second < 3; second++) {
      pass(20);
      send("x");
    }
    pass(60);
    assertThat(connection.isOpen()).isTrue();

    send(BEGIN);
    pass(10);

    assertThat(connection.isOpen()).isFalse();
  }

  /** The server stops reading while a connection has several requests without an answer. */
  @Test
  void headerThatTheServerDoesNotReadIsNotSlow() {
    send(BEGIN);
    connection.config().setAutoRead(false);
    pass(15);
    assertThat(connection.isOpen()).isTrue();

    connection.config().setAutoRead(true);
    pass(10);

    assertThat(connection.isOpen()).isFalse();
  }

  private void send(String text) {
    connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private void pass(int seconds) {
    connection.advanceTimeBy(seconds, TimeUnit.SECONDS);
    connection.runPendingTasks();
  }
}
