package dev.orrery.it.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.Seen;
import dev.orrery.it.chaos.world.Client;
import dev.orrery.it.chaos.world.Client.Answer;
import dev.orrery.it.chaos.world.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Clients that create, cancel, retry and read instances until they are stopped. */
public final class Workload {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SUBMITTERS = 6;
  private static final int READERS = 6;

  private final TestCluster world;
  private final CallHistory ledger;
  private final BooleanSupplier overloaded;
  private final long seed;
  private final int perSecond;
  private final AtomicInteger keys = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** Flows to retry from their failed nodes. */
  private final Queue<Long> flows = new ConcurrentLinkedQueue<>();

  private volatile boolean stopping;

  /**
   * @param overloaded whether the backlog is too large to submit more
   * @param perSecond instances per second
   */
  public Workload(
      TestCluster world, CallHistory ledger, BooleanSupplier overloaded, long seed, int perSecond) {
    this.world = world;
    this.ledger = ledger;
    this.overloaded = overloaded;
    this.seed = seed;
    this.perSecond = perSecond;
  }

  /** Creates all jobs; their triggers are active. */
  public static void putJobs(TestCluster world, List<Job> jobs) {
    Client client = world.client(new Random());
    jobs.forEach(job -> put(client, job, true));
  }

  public static void disable(TestCluster world, List<Job> jobs) {
    Client client = world.client(new Random());
    jobs.forEach(job -> put(client, job, false));
  }

  private static void put(Client client, Job job, boolean enabled) {
    client.require("PUT", job.path(), job.document(enabled, 0));
  }

  public void start() {
    for (int i = 0; i < SUBMITTERS; i++) {
      repeat("submitter-" + i, Duration.ofSeconds(1), this::submitSome);
    }
    repeat("canceler", Duration.ofMillis(400), this::cancel);
    repeat("repeater", Duration.ofMillis(1500), this::retry);
    repeat("resumer", Duration.ofMillis(1500), this::retryFromFailed);
    repeat("editor", Duration.ofSeconds(2), this::edit);
    for (int i = 0; i < READERS; i++) {
      repeat("reader-" + i, Duration.ofMillis(50), this::look);
    }
  }

  /**
   * Waits for pending responses.
   *
   * @throws AssertionError if a client received a response that no fault explains
   */
  public void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          "A client received a response that no fault explains", failures.peek());
    }
  }

  private interface Act {
    void once(Client client, Random random) throws IOException;
  }

  private void repeat(String name, Duration pause, Act act) {
    Random random = new Random(seed + threads.size());
    Client client = world.client(random);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!stopping) {
                  long begun = System.nanoTime();
                  once(act, client, random);
                  rest(pause.minusNanos(System.nanoTime() - begun));
                }
              } catch (RuntimeException | Error e) {
                failures.add(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private static void once(Act act, Client client, Random random) {
    try {
      act.once(client, random);
    } catch (IOException e) {
      // Not answered: nothing is known, nothing was promised.
    }
  }

  private static void rest(Duration pause) {
    try {
      Thread.sleep(Math.max(0, pause.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Submits one submitter's share of a second, mostly cheap jobs. */
  private void submitSome(Client client, Random random) {
    if (overloaded.getAsBoolean()) {
      return;
    }
    String app = TestCluster.APPS.get(random.nextInt(TestCluster.APPS.size()));
    submit(client, Job.QUICK.in(app), perSecond / SUBMITTERS);
    switch (random.nextInt(12)) {
      case 0 -> submit(client, Job.SLOW.in(app), 4);
      case 1 -> submit(client, Job.SINGLE.in(app), 15);
      case 2 -> submit(client, Job.TRIPLE.in(app), 30);
      case 3 -> submit(client, Job.FLAKY.in(app), 10);
      case 4 -> submit(client, Job.FRAGILE.in(app), 3);
      case 5 -> submit(client, Job.TIMED.in(app), 4);
      case 6 -> submit(client, Job.SHARDS.in(app), 2);
      case 7 -> submit(client, Job.BRITTLE.in(app), 2);
      case 8 -> submit(client, Job.BROADCAST.in(app), 2);
      case 9 -> flows.addAll(submit(client, Job.FLOW.in(app), 3));
      case 10 -> flows.addAll(submit(client, Job.OUTER.in(app), 2));
      default -> submit(client, Job.URGENT.in(app), 1 + random.nextInt(20));
    }
  }

  /** Edits a job that clients run; waiting instances keep their version. */
  private void edit(Client client, Random random) {
    String app = TestCluster.APPS.get(random.nextInt(TestCluster.APPS.size()));
    Job job = Job.CALLED.get(random.nextInt(Job.CALLED.size())).in(app);
    String document = job.document(true, keys.incrementAndGet());
    Optional<Answer> answer = client.insist("PUT", job.path(), document, null, PATIENCE);
    if (answer.isPresent() && !answer.get().isSuccess()) {
      throw new AssertionError("An edit was refused: " + answer);
    }
  }

  private List<Long> submit(Client client, Job job, int count) {
    return submit(client, ledger, job, count, seed + "-" + keys.incrementAndGet());
  }

  /** Repeats the call with the same key until it is answered, for at most a minute. */
  public static List<Long> submit(
      Client client, CallHistory ledger, Job job, int count, String key) {
    String body =
        "{\"instances\":[{\"job\":\"%s\",\"count\":%d,\"parameters\":{\"batch\":\"%s\"}}]}"
            .formatted(job.name(), count, key);
    Optional<Answer> answer =
        client.insist("POST", "/apps/" + job.app() + "/instances", body, key, PATIENCE);
    if (answer.isPresent() && !answer.get().isSuccess()) {
      throw new AssertionError("A submission was refused: " + answer);
    }
    List<Long> ids = answer.map(Workload::ids).orElse(null);
    ledger.asked(new Batch(key, job.key(), count, ids));
    return ids == null ? List.of() : ids;
  }

  private static List<Long> ids(Answer answer) {
    List<Long> ids = new ArrayList<>();
    answer.body().get("ids").forEach(id -> ids.add(Long.valueOf(id.asText())));
    return ids;
  }

  private void cancel(Client client, Random random) throws IOException {
    Optional<Long> id = ledger.any(random, 2 * perSecond);
    if (id.isEmpty()) {
      return;
    }
    ledger.askedToCancel(id.get());
    Answer answer = client.call("POST", "/instances/" + id.get() + "/cancel", null, null);
    if (answer.isSuccess()) {
      ledger.canceled(id.get());
    } else if (answer.isNotFound()) {
      ledger.notFound(id.get());
    }
  }

  private void retry(Client client, Random random) throws IOException {
    Optional<Long> id = ledger.anyEnded(random);
    if (id.isEmpty()) {
      return;
    }
    Answer answer = client.call("POST", "/instances/" + id.get() + "/retry", null, null);
    if (answer.isSuccess()) {
      ledger.acknowledged(answer.body().get("id").asLong());
    } else if (answer.isNotFound()) {
      ledger.notFound(id.get());
    }
  }

  /** Retries the oldest flow that was not retried; a flow without failed nodes keeps them all. */
  private void retryFromFailed(Client client, Random random) throws IOException {
    Long id = flows.poll();
    if (id == null) {
      return;
    }
    Answer answer =
        client.call("POST", "/instances/" + id + "/retry", "{\"mode\":\"failed\"}", null);
    if (answer.isSuccess()) {
      ledger.acknowledged(answer.body().get("id").asLong());
    } else if (answer.isNotFound()) {
      ledger.notFound(id);
    } else {
      flows.add(id);
    }
  }

  private void look(Client client, Random random) throws IOException {
    Optional<Long> id =
        random.nextInt(4) == 0
            ? ledger.anyEnded(random)
            : ledger.any(random, random.nextBoolean() ? 5 * perSecond : Integer.MAX_VALUE);
    if (id.isEmpty()) {
      return;
    }
    Answer answer = client.call("GET", "/instances/" + id.get(), null, null);
    if (answer.isNotFound()) {
      ledger.notFound(id.get());
    } else if (answer.isSuccess() && answer.body().hasNonNull("endedAt")) {
      ledger.seen(seen(id.get(), answer.body()));
    }
  }

  private static Seen seen(long id, JsonNode instance) {
    JsonNode result = instance.path("result");
    return new Seen(
        id,
        instance.get("state").asText(),
        instance.get("attempt").asInt(),
        Instant.parse(instance.get("endedAt").asText()),
        result.isTextual() ? result.asText() : null);
  }
}
