package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FollowedLogTest {
  private final ManualTiming timing = new ManualTiming();
  private final FakeApi api = new FakeApi();
  private final OrreryClient client = api.settings().open(timing);

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void resumesAfterLastLineWhenConnectionBreaks() {
    api.answering(
        CallsTest.inTurn(
            (request, out) -> {
              OutputStream body = out.stream();
              out.line(body, 0);
              out.line(body, 1);
              // Half an event, which does not count.
              body.write("id:1-2\ndata:{\"att".getBytes(StandardCharsets.UTF_8));
            },
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> {
              OutputStream body = out.stream();
              body.write(":\n\n".getBytes(StandardCharsets.UTF_8));
              out.line(body, 2);
              out.end(body);
            }));

    try (Stream<LogLine> log = client.followLog("17")) {
      assertThat(log.map(LogLine::text)).containsExactly("line 0", "line 1", "line 2");
    }

    assertThat(api.received())
        .extracting(request -> Optional.ofNullable(request.headers().get("last-event-id")))
        .containsExactly(Optional.empty(), Optional.of("1-1"), Optional.of("1-1"));
    assertThat(api.received().get(0).uri()).hasToString("/api/v1/instances/17/logs?follow=true");
    assertThat(api.received().get(0).headers()).containsEntry("accept", "text/event-stream");
  }

  @Test
  void backsOffBetweenStreamsWithoutLines() {
    FakeApi.Answer nothing = (request, out) -> out.stream();
    api.answering(
        CallsTest.inTurn(
            nothing,
            nothing,
            nothing,
            (request, out) -> out.line(out.stream(), 0),
            (request, out) -> out.end(out.stream())));

    try (Stream<LogLine> log = client.followLog("17")) {
      assertThat(log).hasSize(1);
    }

    assertThat(timing.pauses()).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void failsAfterLongSchedulerOutage() {
    api.answering(
        CallsTest.inTurn(
            (request, out) -> out.line(out.stream(), 0),
            (request, out) -> out.problem(503, "UNAVAILABLE")));

    try (Stream<LogLine> log = client.followLog("17")) {
      assertThatExceptionOfType(OrreryException.class)
          .isThrownBy(log::count)
          .satisfies(e -> assertThat(e.code()).isEqualTo("UNAVAILABLE"));
    }
    assertThat(timing.paused()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
  }

  @Test
  void refusesOverlongLine() {
    api.answering(
        (request, out) -> {
          OutputStream body = out.stream();
          body.write(("data:" + "x".repeat(2 << 20)).getBytes(StandardCharsets.UTF_8));
        });

    try (Stream<LogLine> log = client.followLog("17")) {
      assertThatExceptionOfType(OrreryException.class)
          .isThrownBy(log::count)
          .withMessage("UNREADABLE: A line of the log is longer than 1048576 bytes.");
    }
    assertThat(api.received()).hasSize(1);
  }

  @Test
  void endsBlockedReadWhenAnotherThreadClosesStream() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch firstLine = new CountDownLatch(1);
    try {
      api.answering(
          (request, out) -> {
            out.line(out.stream(), 0);
            CallsTest.awaitUninterrupted(over);
          });
      Stream<LogLine> log = client.followLog("17");
      CompletableFuture<List<LogLine>> lines =
          CompletableFuture.supplyAsync(() -> log.peek(line -> firstLine.countDown()).toList());
      assertThat(firstLine.await(20, TimeUnit.SECONDS)).isTrue();

      log.close();

      assertThat(lines.get(20, TimeUnit.SECONDS)).hasSize(1);
    } finally {
      over.countDown();
    }
  }

  @Test
  void readsLinesOnlyOnDemand() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    long[] written = {0};
    api.answering(
        (request, out) -> {
          OutputStream body = out.stream();
          for (int i = 0; i < 2_000_000; i++) {
            out.line(body, i);
            synchronized (written) {
              written[0] = i;
            }
          }
          blocked.countDown();
        });
    try (Stream<LogLine> log = client.followLog("17")) {
      assertThat(log.iterator().next().text()).isEqualTo("line 0");

      // The sender stands still as soon as the buffers of the two sockets are full.
      awaitStandstill(written);
      assertThat(blocked.getCount()).isEqualTo(1);
    }
  }

  private static void awaitStandstill(long[] written) throws InterruptedException {
    long before = -1;
    long now = 0;
    while (before != now) {
      before = now;
      TimeUnit.MILLISECONDS.sleep(300);
      synchronized (written) {
        now = written[0];
      }
    }
  }
}
