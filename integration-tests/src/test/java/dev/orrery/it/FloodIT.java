package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.EverySecond.Fires;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lets a client submit far more than can run, as fast as it can, to a scheduler with little memory.
 * It must be throttled, accepted instances must be kept and run, and the jobs of another app must
 * start as before. {@code -Dorrery.it.flood} sets the number of instances.
 */
@Tag("thorough")
@AtNight
class FloodIT {
  private static final int INSTANCES = Integer.getInteger("orrery.it.flood", 400_000);
  private static final int CALL = 20_000;
  private static final int CLIENTS = 10;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Much less than the flood's own waiting time. */
  private static final double LATEST_SECONDS = 5;

  /** Uses the collector of a JVM with two processors, unlike the other tests. */
  private static final String[] HEAP = {
    "-Xmx256m", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError"
  };

  private static final String ENDED =
      "select count(*) from instance_history h join job j on j.id = h.job_id where j.name = 'noop'";
  private static final String ACCEPTED =
      "select (select count(*) from instance i join job j on j.id = i.job_id where j.name = 'noop')"
          + " + ("
          + ENDED
          + ")";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger toldToWait = new AtomicInteger();

  /** Such bodies are read in sequence, so their calls wait before they are read. */
  private final String large =
      IntStream.range(0, CALL)
          .mapToObj(n -> "{\"job\":\"noop\",\"parameters\":{\"n\":\"" + n + "\"}}")
          .collect(Collectors.joining(",", "{\"instances\":[", "]}"));

  /** As many instances, which fill the queue behind the reader. */
  private final String small =
      "{\"instances\":[{\"job\":\"noop\",\"count\":" + CALL + ",\"parameters\":{\"n\":\"0\"}}]}";

  @Test
  void throttlesSubmissionFloodWithinMemoryBound() throws Exception {
    try (Stack stack = new Stack("flood", HEAP)) {
      ProgramProcess scheduler = stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=50");
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      String first = stack.api().run(Stack.APP, "noop");
      Fires others;
      double seconds;
      try (EverySecond other = EverySecond.start(stack, "every-second")) {
        Instant begun = Instant.now();
        flood(stack);
        Instant over = Instant.now();
        seconds = Duration.between(begun, over).toMillis() / 1000.0;
        others = other.between(begun, over);
      }

      long ended = count(stack, ENDED);
      System.out.printf(
          "FloodIT: %d instances in %.1f s, told to wait %d times, %d ended meanwhile,"
              + " %d MB at most with a heap of 256 MB; %d fires of another app,"
              + " started %.3f s after their time at most%n",
          INSTANCES,
          seconds,
          toldToWait.get(),
          ended,
          scheduler.peakMegabytes(),
          others.count(),
          others.latestSeconds());
      assertThat(others.count())
          .as("fires of another app")
          .isBetween((int) seconds, (int) seconds + 1);
      assertThat(others.latestSeconds()).as("its latest start").isLessThan(LATEST_SECONDS);
      assertThat(toldToWait).as("calls that were told to wait").hasPositiveValue();
      assertThat(count(stack, ACCEPTED))
          .as("each that was accepted, once")
          .isEqualTo(INSTANCES + 1L);
      assertThat(ended).isGreaterThan(1);
      assertThat(stack.api().state(first)).isEqualTo("SUCCEEDED");
      assertThat(scheduler.isAlive()).isTrue();
      assertThat(stack.isReady()).isTrue();
    }
  }

  private void flood(Stack stack) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(clients.submit(() -> client(stack)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private Void client(Stack stack) throws IOException, InterruptedException {
    int number;
    while ((number = calls.getAndIncrement()) < INSTANCES / CALL) {
      submit(stack, number);
    }
    return null;
  }

  /** Retries until it is accepted, as a correct client does. */
  private void submit(Stack stack, int number) throws IOException, InterruptedException {
    long latest = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < latest) {
      HttpResponse<String> answer = http.send(request(stack, number), TEXT);
      if (answer.statusCode() == 202) {
        return;
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
      long wait = answer.headers().firstValueAsLong("Retry-After").orElseThrow();
      toldToWait.incrementAndGet();
      Thread.sleep(Duration.ofSeconds(wait).toMillis());
    }
    throw new AssertionError("A call was told to wait for " + TIMEOUT);
  }

  private static final HttpResponse.BodyHandler<String> TEXT = HttpResponse.BodyHandlers.ofString();

  private HttpRequest request(Stack stack, int number) {
    URI uri =
        URI.create(
            "http://localhost:" + stack.apiPort() + "/api/v1/apps/" + Stack.APP + "/instances");
    return HttpRequest.newBuilder(uri)
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + stack.api().token())
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "flood-" + number)
        .POST(HttpRequest.BodyPublishers.ofString(number % 4 == 0 ? large : small))
        .build();
  }

  private static long count(Stack stack, String query) throws SQLException {
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
