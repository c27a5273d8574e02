package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.NeighboursWorld.B;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.EverySecond;
import dev.orrery.it.harness.JsonRequest;
import dev.orrery.it.harness.LogReader;
import dev.orrery.testing.WebhookReceiver;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The normal use of app {@code b}: jobs that fire each second, five permanently running attempts,
 * submissions, reads, edits, a followed log and a webhook. Measures the time of each.
 */
final class VictimProbe implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration MAX_CALL = Duration.ofSeconds(20);
  private static final int LONG_ATTEMPTS = 5;

  /**
   * Jobs that fire each second, at different offsets. A single job has one sample per second, so
   * the 99th percentile of a few seconds would be one pause of the machine.
   */
  private static final int SPREAD_TICKS = 10;

  private static final String FIRES =
      """
      select 'all', count(*) from instance_history h join job j on j.id = h.job_id
      join app on app.id = j.app_id
      where app.name = 'b' and j.name = 'tick' and h.fire_time >= '%1$s' and h.fire_time < '%2$s'
      union all
      select 'distinct', count(distinct h.fire_time) from instance_history h
      join job j on j.id = h.job_id join app on app.id = j.app_id
      where app.name = 'b' and j.name = 'tick'
        and h.fire_time >= '%1$s' and h.fire_time < '%2$s'
      """;

  private static final String STARTS =
      """
      select coalesce(substring(j.name from '(tick)-'), j.name) as kind,
        1000 * percentile_disc(0.99) within group (
          order by extract(epoch from h.started_at - h.due_at))
      from instance_history h join job j on j.id = h.job_id join app on app.id = j.app_id
      where app.name = 'b' and (j.name in ('tick', 'quick') or j.name like 'tick-%%')
        and h.due_at >= '%1$s' and h.due_at < '%2$s' and h.started_at is not null
      group by kind
      """;

  private static final String EXPIRED =
      "select count(*) from worker_session s join app on app.id = s.app_id"
          + " where app.name = 'b' and s.end_reason = 'EXPIRED'";

  private static final String LOST =
      "select count(*) from attempt t join worker_session s on s.id = t.session_id"
          + " join app on app.id = s.app_id where app.name = 'b' and t.state = 20";

  private static final String RUNNING =
      "select count(*) from instance i join job j on j.id = i.job_id join app on app.id = j.app_id"
          + " where app.name = 'b' and j.name = 'long' and i.state = 3 and i.attempt = 1";

  private final NeighboursWorld world;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger edits = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final WebhookReceiver receiver = new WebhookReceiver();
  private final String token;
  private final OrreryWorker worker;
  private final EverySecond ticks;
  private final LogReader follower;
  private int linesRead;
  private int messagesRead;
  private volatile long messageAskedAt;

  /** A time sample with its start. */
  private record Sample(String kind, Instant at, double millis) {}

  /** Returns when everything has happened once. */
  VictimProbe(NeighboursWorld world) throws Exception {
    this.world = world;
    token = world.api().newToken(B, "operator");
    world.api().putJob(B, "quick", job("quick"));
    world.api().putJob(B, "long", job("long"));
    world
        .api()
        .call(
            "PUT",
            "/apps/b/webhooks/ops",
            "{\"url\":\"" + receiver.url() + "\",\"events\":[\"failed\"]}");
    worker =
        WorkerSettings.of(B, world.api().newToken(B, "worker"))
            .server("http://localhost:" + world.apiPort())
            .processor("quick", context -> null)
            .processor(
                "long",
                context -> {
                  do {
                    context.log(Long.toString(System.nanoTime()));
                  } while (!end.await(200, TimeUnit.MILLISECONDS));
                  return null;
                })
            .start();
    List<String> attempts = world.api().runMany(B, "long", LONG_ATTEMPTS);
    ticks = EverySecond.start(world.stack(), B);
    for (int n = 0; n < SPREAD_TICKS; n++) {
      world
          .api()
          .putJob(
              B,
              "tick-" + n,
              "{\"processor\":{\"type\":\"noop\"},\"overlap\":\"allow\","
                  + "\"trigger\":{\"every\":\"PT1S\"}}");
      Await.pass(Duration.ofSeconds(1).dividedBy(SPREAD_TICKS));
    }
    follower = world.stack().follow(attempts.get(0));
    every(100, () -> call("submit", "POST", "/apps/b/jobs/quick/instances", "{}"));
    every(250, () -> call("list", "GET", "/apps/b/instances?limit=50", null));
    every(250, () -> call("edit", "PUT", "/apps/b/jobs/edited", edited()));
    every(1000, this::askForMessage);
    every(20, this::lookForLinesAndMessages);
    every(500, this::probeReadiness);
    Await.until(
        "all of the neighbour's life is seen",
        SOON,
        () ->
            world.number(RUNNING) == LONG_ATTEMPTS
                && kinds().containsAll(List.of("submit", "list", "edit", "log", "webhook")));
  }

  private static String job(String processor) {
    return "{\"processor\":{\"type\":\"java\",\"name\":\"" + processor + "\"}}";
  }

  private String edited() {
    return "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"edit\":\""
        + edits.incrementAndGet()
        + "\"}}";
  }

  private void every(long millis, Runnable task) {
    var unused =
        timer.scheduleAtFixedRate(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                faults.add(Instant.now() + " probe failed: " + e);
              }
            },
            0,
            millis,
            TimeUnit.MILLISECONDS);
  }

  /** Does not wait, so that a slow response does not delay the next call. */
  private void call(String kind, String method, String path, String body) {
    Instant at = Instant.now();
    long began = System.nanoTime();
    HttpRequest request =
        JsonRequest.of(
                method,
                "http://localhost:" + world.apiPort() + "/api/v1" + path,
                token,
                body,
                MAX_CALL)
            .build();
    var unused =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete(
                (response, failure) -> {
                  samples.add(new Sample(kind, at, millisSince(began)));
                  if (end.getCount() == 0) {
                    return;
                  }
                  if (failure != null) {
                    faults.add(at + " " + kind + ": " + failure);
                  } else if (response.statusCode() / 100 != 2) {
                    faults.add(at + " " + kind + ": " + response.statusCode() + response.body());
                  }
                });
  }

  private static double millisSince(long began) {
    return (System.nanoTime() - began) / 1e6;
  }

  /**
   * Sends the next message only after the previous one has arrived; a lost message shows in its
   * time.
   */
  private void askForMessage() {
    if (messageAskedAt == 0) {
      messageAskedAt = System.nanoTime();
      call("test message", "POST", "/apps/b/webhooks/ops/test", null);
    }
  }

  private void lookForLinesAndMessages() {
    List<String> lines = follower.data();
    for (String line : lines.subList(linesRead, lines.size())) {
      try {
        long written = Long.parseLong(JSON.readTree(line).get("text").asText());
        samples.add(new Sample("log", Instant.now(), millisSince(written)));
      } catch (IOException e) {
        faults.add("A line of the log is no JSON: " + line);
      }
    }
    linesRead = lines.size();
    List<WebhookReceiver.Received> messages = receiver.received();
    if (messages.size() > messagesRead) {
      long received = messages.get(messages.size() - 1).atNanos();
      samples.add(new Sample("webhook", Instant.now(), (received - messageAskedAt) / 1e6));
      messagesRead = messages.size();
      messageAskedAt = 0;
    }
  }

  private void probeReadiness() {
    long began = System.nanoTime();
    if (!world.stack().isReady() && end.getCount() > 0) {
      faults.add(Instant.now() + " not ready; alive: " + world.scheduler().isAlive());
    }
    samples.add(new Sample("readiness", Instant.now(), millisSince(began)));
  }

  private List<String> kinds() {
    return samples.stream().map(Sample::kind).distinct().toList();
  }

  /**
   * Returns the 99th percentile of each kind that began in this time, in milliseconds; with fewer
   * than a hundred samples the maximum, which means little.
   */
  Map<String, Double> slowest(Instant from, Instant until) throws SQLException {
    Map<String, List<Double>> byKind =
        samples.stream()
            .filter(sample -> !sample.at().isBefore(from) && sample.at().isBefore(until))
            .collect(
                Collectors.groupingBy(
                    Sample::kind, Collectors.mapping(Sample::millis, Collectors.toList())));
    Map<String, Double> slowest = new TreeMap<>();
    byKind.forEach(
        (kind, times) -> {
          List<Double> sorted = times.stream().sorted().toList();
          slowest.put(kind, sorted.get((int) (sorted.size() * 0.99)));
        });
    world
        .numbers(STARTS.formatted(from, until))
        .forEach((job, millis) -> slowest.put("start of " + job, millis));
    return slowest;
  }

  /**
   * Returns the violated guarantees of the neighbour in this period, as sentences. Waits until the
   * neighbour's fires of the period have ended.
   */
  List<String> violations(Instant from, Instant until) throws SQLException {
    List<String> violations = new ArrayList<>(faults);
    ticks.between(from, until);
    Map<String, Double> fires = world.numbers(FIRES.formatted(from, until));
    long expected = Duration.between(from, until).toSeconds();
    if (fires.get("all") != expected || fires.get("distinct") != expected) {
      violations.add("fires of " + expected + " seconds: " + fires);
    }
    addIfAny(violations, "sessions expired", world.number(EXPIRED));
    addIfAny(violations, "attempts lost", world.number(LOST));
    addIfAny(violations, "long attempts that do not run", LONG_ATTEMPTS - world.number(RUNNING));
    return violations;
  }

  private static void addIfAny(List<String> violations, String what, long count) {
    if (count != 0) {
      violations.add(what + ": " + count);
    }
  }

  @Override
  public void close() {
    end.countDown();
    timer.shutdownNow();
    ticks.close();
    worker.close();
    receiver.close();
  }
}
