package dev.orrery.it.failover;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of both replicas. Every 50 ms they submit a run with a new key, trying the replicas in
 * turn until one acknowledges it; every second they edit a job.
 */
final class SteadyCalls implements AutoCloseable {
  /** The number of jobs per app that clients submit and edit. */
  static final int JOBS = 4;

  static final String KEY = "key";

  private static final long SUBMIT_MILLIS = 50;
  private static final long EDIT_MILLIS = 1000;
  private static final int SLOW_OF = 10;
  private static final String SLOW_JOB = "slow";
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration ALL_ANSWERED = Duration.ofSeconds(60);

  private final List<Stack> replicas;
  private final String prefix;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicInteger edits = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Map<String, Acknowledged> acknowledged = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * A response of a replica.
   *
   * @param status 0 without a response
   * @param at nanoseconds of the response
   */
  record Answer(boolean edit, int replica, int status, String detail, long begunAt, long at) {
    boolean isSuccess() {
      return status / 100 == 2;
    }

    Duration took() {
      return Duration.ofNanos(at - begunAt);
    }
  }

  /** A run that a replica has accepted. */
  record Acknowledged(long id, String app, String job, long at) {}

  /**
   * @param prefix of the keys
   */
  SteadyCalls(List<Stack> replicas, String prefix) {
    this.replicas = replicas;
    this.prefix = prefix;
  }

  /** Creates the jobs of the apps; does not change existing ones. */
  static void putJobs(Api api) {
    for (String app : FailoverCluster.APPS) {
      for (int i = 0; i < JOBS; i++) {
        api.putJob(app, quick(i), document(app, quick(i), 0, 0));
      }
      api.putJob(app, SLOW_JOB, document(app, SLOW_JOB, 0, 1500));
      api.putJob(app, FailoverCheck.TICK, everySecond(app, FailoverCheck.TICK));
    }
  }

  /** Returns a document with a trigger whose fires all happen, even late ones. */
  static String everySecond(String app, String job) {
    return """
        {"processor":{"type":"noop"},"overlap":"allow","misfire":"fire-all",
         "trigger":{"cron":"* * * * * *"},"parameters":{"app":"%s","job":"%s"}}"""
        .formatted(app, job);
  }

  private static String quick(int number) {
    return "quick-" + number % JOBS;
  }

  private static String document(String app, String job, int edit, int sleepMillis) {
    return """
        {"processor":{"type":"noop"},"requiredTags":["%s"],
         "parameters":{"app":"%s","job":"%s","edit":"%d","%s":"%d"}}"""
        .formatted(
            FailoverCluster.tag(app, job.hashCode() & 7),
            app,
            job,
            edit,
            Attempts.SLEEP,
            sleepMillis);
  }

  SteadyCalls start() {
    var unusedSubmissions =
        clock.scheduleAtFixedRate(
            () -> clients.execute(this::submit), 0, SUBMIT_MILLIS, TimeUnit.MILLISECONDS);
    var unusedChanges =
        clock.scheduleAtFixedRate(
            () -> clients.execute(this::edit), 0, EDIT_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  private void submit() {
    open.incrementAndGet();
    try {
      int own = number.getAndIncrement();
      String key = prefix + own;
      String app = FailoverCluster.APPS.get(own / 2 % FailoverCluster.APPS.size());
      String job = own % SLOW_OF == 0 ? SLOW_JOB : quick(own / 4);
      String body = "{\"parameters\":{\"" + KEY + "\":\"" + key + "\"}}";
      for (int turn = own; !acknowledged.containsKey(key); turn++) {
        int replica = turn % replicas.size();
        call(
                replica,
                false,
                api ->
                    api.callOnce(key, "POST", "/apps/" + app + "/jobs/" + job + "/instances", body))
            .ifPresent(
                id -> acknowledged.put(key, new Acknowledged(id, app, job, System.nanoTime())));
        if (!acknowledged.containsKey(key)) {
          Await.pass(PAUSE);
        }
      }
    } finally {
      open.decrementAndGet();
    }
  }

  private void edit() {
    if (stopping) {
      return;
    }
    int edit = edits.incrementAndGet();
    String app = FailoverCluster.APPS.get(edit % FailoverCluster.APPS.size());
    String job = quick(edit / 2);
    String body = document(app, job, (prefix.hashCode() & 0xffff) + edit, 0);
    var unused =
        call(
            edit / 2 % replicas.size(),
            true,
            api -> api.call("PUT", "/apps/" + app + "/jobs/" + job, body));
  }

  @FunctionalInterface
  private interface Call {
    Api.Answer at(Api api) throws IOException;
  }

  /** Returns the id of the accepted run. */
  private Optional<Long> call(int replica, boolean edit, Call call) {
    long begun = System.nanoTime();
    try {
      Api.Answer answer = call.at(replicas.get(replica).api());
      String detail = answer.body().path("detail").asText();
      answers.add(new Answer(edit, replica, answer.status(), detail, begun, System.nanoTime()));
      return answer.status() == 202
          ? Optional.of(answer.body().get("id").asLong())
          : Optional.empty();
    } catch (IOException e) {
      answers.add(new Answer(edit, replica, 0, e.toString(), begun, System.nanoTime()));
      return Optional.empty();
    }
  }

  List<Answer> answers() {
    return List.copyOf(answers);
  }

  Map<String, Acknowledged> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  Optional<Answer> firstAccepted(int replica, long after) {
    return answers.stream()
        .filter(one -> !one.edit() && one.replica() == replica && one.isSuccess())
        .filter(one -> one.at() - after > 0)
        .findFirst();
  }

  /** Waits until both replicas have accepted a submission after this time. */
  void awaitAccepted(long after, Duration longest) {
    Await.until(
        "both replicas accept submissions",
        longest,
        () -> {
          for (int i = 0; i < replicas.size(); i++) {
            if (firstAccepted(i, after).isEmpty()) {
              return false;
            }
          }
          return true;
        });
  }

  /** Stops submitting; returns when all submissions are acknowledged. */
  void stop() {
    stopping = true;
    clock.shutdownNow();
    clients.shutdown();
    Await.until("all submissions are acknowledged", ALL_ANSWERED, () -> open.get() == 0);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    clients.shutdownNow();
  }
}
