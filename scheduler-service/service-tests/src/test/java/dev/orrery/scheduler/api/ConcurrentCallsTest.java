package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Concurrent API and worker calls on the same apps, jobs and instances. */
@QuarkusTest
@Tag("thorough")
class ConcurrentCallsTest {
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";

  private final ExecutorService callers = Executors.newFixedThreadPool(16);
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @AfterEach
  void stopCallers() {
    callers.shutdownNow();
  }

  @Test
  void createsAppOnceForConcurrentCalls() {
    String path = Api.V1 + "/apps/many-" + UUID.randomUUID();

    List<Integer> answers =
        atOnce(12, () -> Api.asAdmin().put(path)).stream().map(Response::statusCode).toList();

    assertThat(answers).containsOnly(200, 201).containsOnlyOnce(201);
  }

  @Test
  void createsJobOnceForConcurrentCalls() {
    List<Integer> answers =
        atOnce(
                12,
                () ->
                    app.asOperator()
                        .header("If-None-Match", "*")
                        .body(NOOP)
                        .put(app.path("/jobs/new")))
            .stream()
            .map(Response::statusCode)
            .toList();

    assertThat(answers).containsOnly(201, 412).containsOnlyOnce(201);
    assertThat(app.getJob("new").as(Json.class).getInt("status.version")).isEqualTo(1);
  }

  @Test
  void acceptsExactlyOneConcurrentEditPerETag() {
    String tag = app.getJob("job").header("ETag");

    List<Integer> answers =
        IntStream.range(0, 10)
            .mapToObj(
                n ->
                    async(
                        () ->
                            app.asOperator()
                                .header("If-Match", tag)
                                .body(
                                    "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"n\":\""
                                        + n
                                        + "\"}}")
                                .put(app.path("/jobs/job"))))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .map(Response::statusCode)
            .toList();

    assertThat(answers).containsOnly(200, 412).containsOnlyOnce(200);
    assertThat(app.getJob("job").as(Json.class).getInt("status.version")).isEqualTo(2);
  }

  @Test
  void retriesInstanceOncePerConcurrentCall() {
    String id = app.run("job");
    app.cancel(id);

    List<String> retries =
        atOnce(8, () -> app.tryRetry(id)).stream()
            .map(answer -> answer.as(Json.class).getString("id"))
            .toList();

    assertThat(retries).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void cancelsOrAssignsEachInstanceUnderConcurrentPolls() {
    List<String> ids = app.runTimes("job", 60);
    TestWorker worker = app.workerLike().withCapacity(500).join();
    List<CompletableFuture<Response>> cancels = new ArrayList<>();
    List<Assignment> given = new ArrayList<>();

    ids.forEach(id -> cancels.add(async(() -> app.tryCancel(id))));
    for (int i = 0; i < 5; i++) {
      given.addAll(worker.poll(10, TestWorker.refs(given)).attempts());
    }

    assertThat(cancels).extracting(cancel -> cancel.join().statusCode()).containsOnly(202);
    // What was claimed when a poll had just ended is told to the next one.
    TestApp.eventually()
        .until(
            () -> {
              given.addAll(worker.poll(10, TestWorker.refs(given)).attempts());
              return app.instancesOf("job").stream()
                      .filter(instance -> "RUNNING".equals(instance.get("state")))
                      .count()
                  <= given.size();
            });
    List<String> running = given.stream().map(a -> Long.toString(a.instance())).toList();
    assertThat(running).doesNotHaveDuplicates();
    assertThat(app.instancesOf("job"))
        .allSatisfy(
            instance ->
                assertThat(instance.get("state"))
                    .isEqualTo(running.contains(instance.get("id")) ? "RUNNING" : "CANCELED"));
    assertThat(worker.renew(TestWorker.refs(given)).cancels()).hasSize(given.size());
  }

  @Test
  void keepsSuccessDespiteConcurrentCancel() {
    app.runTimes("job", 40);
    TestWorker worker = app.workerLike().withCapacity(500).join();
    List<Assignment> taken = worker.takeAll(40);

    List<CompletableFuture<Response>> cancels =
        taken.stream().map(a -> async(() -> app.tryCancel(Long.toString(a.instance())))).toList();
    List<Verdict> verdicts = new ArrayList<>();
    for (Assignment assignment : taken) {
      verdicts.add(worker.report(assignment, Outcome.SUCCEEDED));
    }

    assertThat(cancels).extracting(cancel -> cancel.join().statusCode()).isSubsetOf(202, 409);
    assertThat(verdicts).containsOnly(Verdict.ACCEPTED);
    assertThat(app.instancesOf("job"))
        .extracting(instance -> instance.get("state"))
        .containsOnly("SUCCEEDED");
  }

  @Test
  void requeuesAttemptsClaimedWhileWorkerLeaves() {
    // Each round may lose what the rounds before have lost already.
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxWorkerLosses\":20}}");
    int count = 0;
    for (int round = 0; round < 8; round++) {
      TestWorker leaving = app.worker();
      CompletableFuture<PollResponse> parked = leaving.park(5);
      CompletableFuture<List<String>> runs = async(() -> app.runTimes("job", 5));
      CompletableFuture<?> bye = async(leaving::bye);
      runs.join();
      bye.join();
      count += 5;
      assertThat(parked.handle(ConcurrentCallsTest::endOfPoll).join())
          .as("what a parked poll of a leaving session hears")
          .isIn("an answer", ErrorCode.SESSION_GONE.name());
    }
    TestWorker staying = app.workerLike().withCapacity(500).join();

    List<Assignment> all = staying.takeAll(count);

    assertThat(all.stream().map(Assignment::instance).collect(Collectors.toSet())).hasSize(count);
    assertThat(staying.report(all.stream().map(TestWorker::success).toArray(AttemptReport[]::new)))
        .containsOnly(Verdict.ACCEPTED);
  }

  private static String endOfPoll(PollResponse answer, Throwable failure) {
    if (failure == null) {
      return answer.attempts().size() > 5 ? "more than was free" : "an answer";
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RefusedException refused
        ? refused.problem().code().name()
        : cause.toString();
  }

  @Test
  void completesEachInstanceOnceAmongManyWorkers() {
    List<TestWorker> workers = IntStream.range(0, 6).mapToObj(n -> app.worker()).toList();
    CompletableFuture<?> submitting =
        async(
            () -> {
              for (int i = 0; i < 12; i++) {
                app.runTimes("job", 10);
              }
              return null;
            });
    Queue<Long> done = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> working =
        workers.stream()
            .<CompletableFuture<?>>map(worker -> async(() -> work(worker, done)))
            .toList();
    submitting.join();
    working.forEach(CompletableFuture::join);

    assertThat(done).hasSize(120).doesNotHaveDuplicates();
    assertThat(app.instancesOf("job"))
        .hasSize(120)
        .allSatisfy(
            instance ->
                assertThat(instance)
                    .containsEntry("state", "SUCCEEDED")
                    .containsEntry("attempt", 1));
  }

  /** Takes and reports until all 120 are done and nothing more comes. */
  private static Void work(TestWorker worker, Queue<Long> done) {
    long giveUpAt = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    int idle = 0;
    while (idle < 3 || (done.size() < 120 && System.nanoTime() < giveUpAt)) {
      List<Assignment> given = worker.poll(7).attempts();
      idle = given.isEmpty() ? idle + 1 : 0;
      given.forEach(
          assignment -> {
            worker.succeed(assignment);
            done.add(assignment.instance());
          });
    }
    return null;
  }

  private <T> List<T> atOnce(int times, Supplier<T> call) {
    return IntStream.range(0, times).mapToObj(n -> async(call)).toList().stream()
        .map(CompletableFuture::join)
        .toList();
  }

  private <T> CompletableFuture<T> async(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, callers);
  }
}
