package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.EndReason;
import dev.orrery.client.Instance;
import dev.orrery.client.InstanceFilter;
import dev.orrery.client.InstanceOrigin;
import dev.orrery.client.InstanceState;
import dev.orrery.client.Job;
import dev.orrery.client.JobChange;
import dev.orrery.client.JobDocument;
import dev.orrery.client.JobFilter;
import dev.orrery.client.JobsFile;
import dev.orrery.client.LogLine;
import dev.orrery.client.Node;
import dev.orrery.client.NodeCounts;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.OrreryException;
import dev.orrery.client.Page;
import dev.orrery.client.Part;
import dev.orrery.client.PartCounts;
import dev.orrery.client.PartFilter;
import dev.orrery.client.Run;
import dev.orrery.client.WaitingFor;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls every method of the client on a packaged scheduler, which one test kills. */
@Tag("thorough")
class JavaClientIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Instant FAR = Instant.parse("2099-01-01T00:00:00Z");

  private static Stack stack;
  private static ProgramProcess scheduler;
  private static OrreryClient client;

  @BeforeAll
  static void start() {
    stack = new Stack("java-client");
    scheduler = stack.startScheduler();
    stack.startAgent();
    client = open(stack.api().newToken(Stack.APP, "operator"));
  }

  @AfterAll
  static void stop() {
    client.close();
    stack.close();
  }

  private static OrreryClient open(String token) {
    return settings(token).open();
  }

  private static ClientSettings settings(String token) {
    return ClientSettings.of(Stack.APP, token)
        .server("http://localhost:" + stack.apiPort())
        .retryTimeout(Duration.ofMinutes(3));
  }

  private static JobDocument shell(String name, String script) {
    return JobDocument.of(
        Map.of("name", name, "processor", Map.of("type", "shell", "script", script)));
  }

  private static JobDocument noop(String name) {
    return JobDocument.of(Map.of("name", name, "processor", Map.of("type", "noop")));
  }

  @Test
  void appliesJobsFileAndPrunesMissingJobs() {
    JobsFile two = JobsFile.of(noop("file-a"), noop("file-b")).owner("client-it").prune();

    assertThat(kinds(client.planJobs(two).jobs()))
        .containsExactly("file-a CREATE", "file-b CREATE");
    assertThat(client.jobs(JobFilter.all().search("file-"))).isEmpty();
    assertThat(kinds(client.applyJobs(two).jobs()))
        .containsExactly("file-a CREATE", "file-b CREATE");
    assertThat(client.applyJobs(two).hasChanges()).isFalse();

    JobsFile one =
        JobsFile.ofJson(
            "{\"app\":\"it\",\"owner\":\"client-it\",\"jobs\":[{\"name\":\"file-a\","
                + "\"processor\":{\"type\":\"noop\"},\"priority\":7}]}");
    List<JobChange> changes = client.applyJobs(one.prune()).jobs();
    assertThat(kinds(changes)).containsExactly("file-a UPDATE", "file-b DELETE");
    assertThat(changes.get(0).differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.field()).isEqualTo("priority");
              assertThat(difference.from()).contains(new BigDecimal(5));
              assertThat(difference.to()).contains(new BigDecimal(7));
            });
    assertThat(client.getJob("file-a").status().owner()).contains("client-it");

    OrreryException taken =
        refusal(client -> client.applyJobs(JobsFile.of(noop("file-a")).owner("another")));
    assertThat(taken.code()).isEqualTo("PRECONDITION_FAILED");
    client.applyJobs(JobsFile.of().owner("client-it").prune());
    assertThat(client.jobs(JobFilter.all().search("file-"))).isEmpty();
  }

  private static List<String> kinds(List<JobChange> changes) {
    return changes.stream().map(change -> change.name() + " " + change.kind()).toList();
  }

  @Test
  void createsReadsPausesAndDeletesJob() {
    Job made = client.putJob("life", shell("life", "true"));
    assertThat(made.status().version()).isEqualTo(1);

    Job read = client.getJob("life");
    assertThat(read.etag()).isPresent().isEqualTo(made.etag());
    assertThat(read.document().fields()).containsEntry("name", "life");
    Job same = client.putJob("life", read.document());
    assertThat(same.status().version()).isEqualTo(1);

    Job changed = client.putJob("life", noop("life"), read.etag().orElseThrow());
    assertThat(changed.status().version()).isEqualTo(2);
    OrreryException stale =
        refusal(client -> client.putJob("life", noop("life"), read.etag().orElseThrow()));
    assertThat(stale.code()).isEqualTo("PRECONDITION_FAILED");
    assertThat(stale.status()).isEqualTo(412);

    assertThat(client.pauseJob("life", "disk is full").status().pauseNote())
        .contains("disk is full");
    assertThat(client.pauseJob("life").status().isPaused()).isTrue();
    assertThat(client.listJobs(JobFilter.all().filter("PAUSED")).items())
        .extracting(Job::name)
        .containsExactly("life");
    assertThat(client.resumeJob("life").status().isPaused()).isFalse();

    client.deleteJob("life");
    assertThat(refusal(client -> client.getJob("life")).code()).isEqualTo("JOB_NOT_FOUND");
  }

  @Test
  void runsJobAndWaitsForItsEnd() {
    client.putJob(
        "greet", shell("greet", "echo \"hello, $ORRERY_PARAM_NAME\"; exit $ORRERY_PARAM_CODE"));

    String id = client.runJob(Run.of("greet").parameter("NAME", "Ada").parameter("CODE", "0"));
    Instance ended = client.awaitEnd(id, SOON);

    assertThat(ended.hasSucceeded()).as(ended.toString()).isTrue();
    assertThat(ended.parameters()).containsEntry("NAME", "Ada");
    assertThat(ended.runTime()).isPresent();
    assertThat(ended.worker()).isPresent();
    assertThat(client.readLog(id).map(LogLine::text)).containsExactly("hello, Ada");

    String again = client.retryInstance(id);
    assertThat(client.awaitEnd(again, SOON).retryOf()).contains(id);
    Instance failed =
        client.awaitEnd(
            client.runJob(Run.of("greet").parameter("NAME", "Bob").parameter("CODE", "3")), SOON);
    assertThat(failed.state()).isEqualTo(InstanceState.FAILED);
    assertThat(failed.error()).isPresent();
    assertThat(refusal(client -> client.cancelInstance(id)).code()).isEqualTo("ALREADY_TERMINAL");
  }

  @Test
  void submitsRunOnceForRepeatedIdempotencyKey() {
    client.putJob("once", noop("once"));
    Run run = Run.of("once").at(FAR);

    String id = client.runJob(run, "key-1");
    assertThat(client.runJob(run, "key-1")).isEqualTo(id);
    assertThat(refusal(client -> client.runJob(run.parameter("a", "b"), "key-1")).code())
        .isEqualTo("INVALID");
    List<String> ids = client.runJobs(List.of(run.count(3), run), "key-2");
    assertThat(client.runJobs(List.of(run.count(3), run), "key-2")).isEqualTo(ids).hasSize(4);
    assertThat(refusal(client -> client.retryInstance(id)).code()).isEqualTo("NOT_TERMINAL");

    client.cancelInstance(id);
    assertThat(client.awaitEnd(id, SOON).state()).isEqualTo(InstanceState.CANCELED);
  }

  @Test
  void listsInstancesByFilterPageByPage() {
    client.putJob("listed", noop("listed"));
    Instant begin = Instant.now().minus(1, ChronoUnit.MINUTES);
    List<String> ids = client.runJobs(List.of(Run.of("listed").at(FAR).count(25)));
    client.cancelInstance(ids.get(0));
    InstanceFilter waiting =
        InstanceFilter.all()
            .job("listed")
            .state(InstanceState.WAITING)
            .waitingFor(WaitingFor.DUE_TIME)
            .createdFrom(begin)
            .origin(InstanceOrigin.MANUAL)
            .limit(10);

    InstanceFilter before = InstanceFilter.all().job("listed").createdUntil(begin);

    Page<Instance> first = client.listInstances(waiting);
    assertThat(first.items()).hasSize(10);
    assertThat(client.listInstances(waiting.after(first.next().orElseThrow())).items())
        .hasSize(10)
        .doesNotContainAnyElementsOf(first.items());
    assertThat(client.instances(waiting).map(Instance::id))
        .containsExactlyInAnyOrderElementsOf(ids.subList(1, 25));
    assertThat(client.instances(before)).isEmpty();
  }

  @Test
  void listsPartsOfInstancePageByPage() {
    client.putJob(
        "divided",
        JobDocument.ofJson(
            "{\"processor\":{\"type\":\"shell\",\"script\":\"exit $ORRERY_PARAM_shardIndex\"},"
                + "\"fanOut\":{\"type\":\"shards\",\"count\":5,\"tolerate\":4}}"));
    String id = client.runJob("divided");
    Instance ended = client.awaitEnd(id, SOON);
    assertThat(ended.hasSucceeded()).as(ended.toString()).isTrue();
    assertThat(ended.parts()).contains(new PartCounts(5, 5, 0, 1, 4));

    PartFilter pairs = PartFilter.all().limit(2);
    Page<Part> first = client.listParts(id, pairs);
    assertThat(first.items()).hasSize(2);
    assertThat(client.listParts(id, pairs.after(first.next().orElseThrow())).items())
        .hasSize(2)
        .doesNotContainAnyElementsOf(first.items());
    assertThat(client.parts(id, pairs).map(Part::number)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(client.parts(id, PartFilter.failed().limit(1)))
        .hasSize(4)
        .allMatch(part -> part.state() == InstanceState.FAILED && part.error().isPresent());
    assertThat(client.parts(id, PartFilter.active())).isEmpty();

    Part last = client.parts(id, PartFilter.all()).reduce((one, next) -> next).orElseThrow();
    assertThat(client.getInstance(last.id()).parent()).contains(id);
    assertThat(client.getInstance(last.id()).part()).contains(last.number());
  }

  @Test
  void listsNodesOfFlowAndRetriesItFromFailedNodes() {
    client.putJob("fine", noop("fine"));
    client.putJob(
        "broken", JobDocument.ofJson("{\"processor\":{\"type\":\"shell\",\"script\":\"exit 3\"}}"));
    client.putJob(
        "flow",
        JobDocument.ofJson(
            "{\"processor\":{\"type\":\"flow\",\"nodes\":[{\"name\":\"one\",\"job\":\"fine\"},"
                + "{\"name\":\"two\",\"job\":\"broken\",\"needs\":[\"one\"]}]}}"));
    String id = client.runJob("flow");
    Instance ended = client.awaitEnd(id, SOON);
    assertThat(ended.endReason()).contains(EndReason.NODES_FAILED);
    assertThat(ended.nodes()).contains(new NodeCounts(2, 0, 0, 1, 1, 0, Optional.empty()));
    List<Node> nodes = client.listNodes(id);
    assertThat(nodes)
        .extracting(Node::state)
        .containsExactly(InstanceState.SUCCEEDED, InstanceState.FAILED);
    assertThat(client.getInstance(nodes.get(1).instance().orElseThrow()).node()).contains("two");

    client.putJob("broken", noop("broken"));
    String again = client.retryFromFailed(id);

    assertThat(client.awaitEnd(again, SOON).hasSucceeded()).isTrue();
    assertThat(client.listNodes(again)).extracting(Node::reused).containsExactly(true, false);
  }

  /**
   * Each method with no token of the scheduler, with a wrong role, and with that of another app.
   */
  @Test
  void refusesCallsWithTokenOfWrongRoleOrApp() {
    client.putJob("guarded", noop("guarded"));
    String id = client.runJob(Run.of("guarded").at(FAR));
    stack.api().putApp("other");
    Map<String, Consumer<OrreryClient>> reads =
        Map.of(
            "getJob", one -> one.getJob("guarded"),
            "listJobs", one -> one.listJobs(JobFilter.all()),
            "getInstance", one -> one.getInstance(id),
            "awaitEnd", one -> one.awaitEnd(id, SOON),
            "listInstances", one -> one.listInstances(InstanceFilter.all()),
            "listParts", one -> one.listParts(id, PartFilter.all()),
            "listNodes", one -> one.listNodes(id),
            "getInstanceLog", one -> one.getInstanceLog(id, Optional.empty()),
            "followLog", JavaClientIT::follow);
    Map<String, Consumer<OrreryClient>> writes =
        Map.of(
            "applyJobs", one -> one.applyJobs(JobsFile.of(noop("guarded"))),
            "putJob", one -> one.putJob("guarded", noop("guarded")),
            "pauseJob", one -> one.pauseJob("guarded"),
            "resumeJob", one -> one.resumeJob("guarded"),
            "runJob", one -> one.runJob("guarded"),
            "runJobs", one -> one.runJobs(List.of(Run.of("guarded"))),
            "cancelInstance", one -> one.cancelInstance(id),
            "retryInstance", one -> one.retryInstance(id),
            "retryFromFailed", one -> one.retryFromFailed(id),
            "deleteJob", one -> one.deleteJob("guarded"));
    try (OrreryClient unknown = open("no-token-of-this-scheduler");
        OrreryClient viewer = open(stack.api().newToken(Stack.APP, "viewer"));
        OrreryClient worker = open(stack.workerToken());
        OrreryClient other = open(stack.api().newToken("other", "operator"))) {
      Stream.of(reads, writes)
          .flatMap(calls -> calls.entrySet().stream())
          .forEach(
              call -> {
                OrreryException unauthenticated = refusal(unknown, call.getValue());
                assertThat(unauthenticated.code()).as(call.getKey()).isEqualTo("UNAUTHENTICATED");
                assertThat(unauthenticated.settingToChange())
                    .contains("ClientSettings.of(…, token)");
                assertThat(refusal(worker, call.getValue()).code())
                    .as(call.getKey())
                    .isEqualTo("FORBIDDEN");
                assertThat(refusal(other, call.getValue()).status())
                    .as(call.getKey())
                    .isEqualTo(404);
              });
      writes.forEach(
          (name, call) -> assertThat(refusal(viewer, call).code()).as(name).isEqualTo("FORBIDDEN"));
      assertThat(viewer.getJob("guarded").name()).isEqualTo("guarded");
    }
    assertThat(client.getInstance(id).state()).isEqualTo(InstanceState.WAITING);
  }

  private static void follow(OrreryClient one) {
    // No instance has this id.
    try (Stream<LogLine> log = one.followLog("1")) {
      assertThat(log.count()).isZero();
    }
  }

  @Test
  void followsTenThousandLogLinesInOrder() {
    int lines = 10_000;
    client.putJob("wordy", shell("wordy", "seq 1 " + lines));
    String id = client.runJob("wordy");

    try (Stream<LogLine> log = client.followLog(id)) {
      assertThat(log.map(LogLine::text))
          .isEqualTo(IntStream.rangeClosed(1, lines).mapToObj(Integer::toString).toList());
    }

    assertThat(client.getInstance(id).hasSucceeded()).isTrue();
    assertThat(client.readLog(id)).hasSize(lines);
  }

  @Test
  void continuesWaitAndLogAfterSchedulerKill() throws Exception {
    int lines = 300;
    client.putJob(
        "chatty",
        shell(
            "chatty",
            "i=0; while [ $i -lt " + lines + " ]; do echo $i; i=$((i+1)); sleep 0.05; done"));
    String id = client.runJob("chatty");
    List<String> read = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> following =
        CompletableFuture.runAsync(
            () -> {
              try (Stream<LogLine> log = client.followLog(id)) {
                log.forEach(line -> read.add(line.text()));
              }
            });
    CompletableFuture<Instance> waiting =
        CompletableFuture.supplyAsync(() -> client.awaitEnd(id, Duration.ofMinutes(3)));
    Await.until("it reads", SOON, () -> read.size() > 20);

    scheduler.kill();
    int whenKilled = read.size();
    CompletableFuture<String> submitted =
        CompletableFuture.supplyAsync(() -> client.runJob(Run.of("chatty").at(FAR)));
    scheduler = stack.startScheduler();

    assertThat(waiting.get(3, TimeUnit.MINUTES).hasSucceeded()).isTrue();
    following.get(1, TimeUnit.MINUTES);
    assertThat(whenKilled).isLessThan(lines);
    assertThat(read).isEqualTo(IntStream.range(0, lines).mapToObj(Integer::toString).toList());
    assertThat(client.getInstance(submitted.get(1, TimeUnit.MINUTES)).state())
        .isEqualTo(InstanceState.WAITING);
  }

  private static OrreryException refusal(Consumer<OrreryClient> call) {
    return refusal(client, call);
  }

  private static OrreryException refusal(OrreryClient one, Consumer<OrreryClient> call) {
    OrreryException refused = catchThrowableOfType(OrreryException.class, () -> call.accept(one));
    assertThat(refused).isNotNull();
    return refused;
  }
}
