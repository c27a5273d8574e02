package dev.orrery.powerjob.akka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.port.WorkerMessageHandler;
import dev.orrery.powerjob.port.WorkerPort;
import dev.orrery.powerjob.port.WorkerPortModule;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.testing.artery.HostileFrames;
import dev.orrery.testing.artery.PortUnderAttack;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.Identify;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.PoisonPill;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends messages of PowerJob workers, and hostile messages, to an open port. */
@Tag("slow")
class AkkaWorkerPortTest implements WorkerMessageHandler {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final long WIRE_ID = 42;

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<InstanceReport> reports = new CopyOnWriteArrayList<>();
  private final CompletableFuture<AskAnswer> stored = new CompletableFuture<>();
  private final List<WorkerPeer> peers = new ArrayList<>();
  private WorkerPort port;

  @Override
  public void heartbeat(String caller, Heartbeat heartbeat) {
    heard.add(caller + " " + heartbeat.workerAddress());
  }

  @Override
  public CompletionStage<AskAnswer> report(String caller, InstanceReport report) {
    reports.add(report);
    return stored;
  }

  @Override
  public void log(String caller, LogReport report) {
    throw new IllegalStateException("a bug of the handler");
  }

  @Override
  public CompletionStage<AskAnswer> cluster(String caller, ClusterQuery query) {
    return CompletableFuture.completedFuture(AskAnswer.of("[\"" + caller + "\"]"));
  }

  @BeforeEach
  void open() {
    port =
        WorkerPortModule.find()
            .orElseThrow()
            .open(
                new EndpointSettings(
                    "test",
                    "test.networks",
                    "test.tls",
                    "127.0.0.1",
                    0,
                    Optional.empty(),
                    Optional.of(AllowedNetworks.parse("test.networks", List.of("127.0.0.0/8"))),
                    Optional.empty(),
                    Optional.empty()),
                true,
                this);
  }

  @AfterEach
  void close() {
    peers.forEach(WorkerPeer::close);
    port.close();
  }

  private WorkerPeer peer() {
    WorkerPeer peer = new WorkerPeer(port.address());
    peers.add(peer);
    return peer;
  }

  private void awaitHeartbeatOf(WorkerPeer peer) {
    heard.clear();
    Await.until(
        () -> "a heartbeat of " + peer.address() + " is heard: " + heard,
        SOON,
        () -> {
          peer.heartbeat(peer.address());
          return heard.contains("127.0.0.1 " + peer.address());
        });
  }

  private static WorkerAddress address(WorkerPeer peer) {
    return WorkerAddress.parse(peer.address()).orElseThrow();
  }

  private static RunRequest run(String parameters) {
    return new RunRequest(
        List.of("127.0.0.1:1"),
        0,
        5,
        WIRE_ID,
        "STANDALONE",
        "BUILT_IN",
        "x",
        0,
        parameters,
        null,
        5,
        0,
        "API",
        0,
        null);
  }

  @Test
  void advertisesItsAddress() {
    assertThat(port.address()).isEqualTo("127.0.0.1:" + port.port());
  }

  @Test
  void sendsRunAndStopRequests() throws InterruptedException {
    WorkerPeer peer = peer();
    awaitHeartbeatOf(peer);

    port.run(address(peer), run("p"));
    port.stop(address(peer), WIRE_ID);

    assertThat(peer.received.poll(20, TimeUnit.SECONDS).message())
        .isInstanceOfSatisfying(
            WireMessage.ServerScheduleJobReq.class,
            run -> assertThat(run.jobParams).isEqualTo("p"));
    assertThat(peer.received.poll(20, TimeUnit.SECONDS).message())
        .isInstanceOf(WireMessage.ServerStopInstanceReq.class);
    assertThatThrownBy(() -> port.run(address(peer), run("x".repeat(300_000))))
        .hasMessageContaining("does not fit");
  }

  @Test
  void returnsAnswerOfWorker() throws Exception {
    WorkerPeer peer = peer();
    awaitHeartbeatOf(peer);

    CompletableFuture<AskAnswer> answer = port.ask(address(peer), WIRE_ID, SOON);
    WorkerPeer.Received question = peer.received.poll(20, TimeUnit.SECONDS);
    assertThat(question.message()).isInstanceOf(WireMessage.ServerQueryInstanceStatusReq.class);
    peer.answer(question.sender(), WireMessage.AskResponse.of(AskAnswer.refused("none")));

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(AskAnswer.refused("none"));
  }

  @Test
  void timesOutOnUnansweredQuestion() {
    WorkerPeer peer = peer();
    awaitHeartbeatOf(peer);

    CompletableFuture<AskAnswer> answer = port.ask(address(peer), WIRE_ID, Duration.ofMillis(200));

    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void answersReportOnlyOnceItIsStored() throws Exception {
    WorkerPeer peer = peer();
    awaitHeartbeatOf(peer);
    WireMessage.TaskTrackerReportInstanceStatusReq report =
        new WireMessage.TaskTrackerReportInstanceStatusReq();
    report.instanceId = WIRE_ID;
    report.instanceStatus = 5;

    CompletableFuture<Object> ofReport = peer.ask(report).toCompletableFuture();
    Object ofCluster =
        peer.ask(new WireMessage.WorkerQueryExecutorClusterReq())
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    assertThat(((WireMessage.AskResponse) peer.read(ofCluster)).read())
        .isEqualTo(AskAnswer.of("[\"127.0.0.1\"]"));
    assertThat(reports).extracting(InstanceReport::instanceId).containsExactly(WIRE_ID);
    assertThat(ofReport).isNotDone();
    stored.complete(AskAnswer.OK);

    Object answer = ofReport.get(20, TimeUnit.SECONDS);
    assertThat(((WireMessage.AskResponse) peer.read(answer)).read()).isEqualTo(AskAnswer.OK);
  }

  /** None of it ends the actor, or the streams of other workers, or stays in memory. */
  @Test
  void survivesHostilePeerWithoutLeakingMemory() {
    WorkerPeer good = peer();
    WorkerPeer hostile = peer();
    awaitHeartbeatOf(good);
    awaitHeartbeatOf(hostile);
    Random random = new Random(43);

    attack(hostile, random);
    awaitHeartbeatOf(hostile);
    long before = usedBytes();
    for (int round = 0; round < 10; round++) {
      attack(hostile, random);
    }
    awaitHeartbeatOf(good);
    awaitHeartbeatOf(hostile);

    awaitAtMost(4L << 20, before, "ten attacks leave");
  }

  private PortUnderAttack attacked(WorkerPeer good) {
    HostileFrames frames =
        new HostileFrames(
            port.port(),
            "akka://oms-server@" + port.address(),
            "/user/server_actor",
            WorkerMessageSerializer.IDENTIFIER);
    return new PortUnderAttack(
        frames,
        () -> {
          heard.clear();
          good.heartbeat(good.address());
          Await.until("a heartbeat is heard", SOON, () -> !heard.isEmpty());
          return port.isResponding() && port.replacements() == 0;
        });
  }

  @Test
  void withstandsAttacks(@TempDir Path directory) throws IOException {
    WorkerPeer good = peer();
    awaitHeartbeatOf(good);

    attacked(good).withstandsAttacks(directory);
  }

  @Test
  void loadsNoClassOfFrames() {
    WorkerPeer good = peer();
    awaitHeartbeatOf(good);

    attacked(good).loadsNoClassOfFrames();
  }

  @Test
  void ignoresLogMessageThatRepeatsOneLine() {
    WorkerPeer good = peer();
    awaitHeartbeatOf(good);
    WireMessage.InstanceLogContent line = new WireMessage.InstanceLogContent();
    line.logContent = "x".repeat(200_000);
    WireMessage.WorkerLogReportReq log = new WireMessage.WorkerLogReportReq();
    log.instanceLogContents = new ArrayList<>(Collections.nCopies(9_990, line));
    long before = usedBytes();

    for (int i = 0; i < 10; i++) {
      good.tell(log);
    }

    awaitHeartbeatOf(good);
    awaitAtMost(32L << 20, before, "ten log messages leave");
  }

  /** Waits, because messages in flight also need memory, until they are handled. */
  private static void awaitAtMost(long bound, long before, String what) {
    AtomicLong left = new AtomicLong();
    Await.until(
        () -> what + " at most " + bound + " bytes, but " + left,
        SOON,
        () -> {
          left.set(usedBytes() - before);
          return left.get() < bound;
        });
  }

  private static long usedBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static void attack(WorkerPeer hostile, Random random) {
    byte[] heartbeat = RecordedMessages.read().get("heartbeat");

    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      hostile.tell(noise);
      hostile.tell(new byte[1]);
      hostile.tell(new byte[0]);
    }
    hostile.tell(new byte[200_000]);
    hostile.tell(heartbeat, "/user/other");
    hostile.tell(heartbeat, "/system/remote-watcher");
    hostile.tell(heartbeat, "/user/*");
    hostile.tell(new WireMessage.AskResponse());
    hostile.tell(new WireMessage.WorkerLogReportReq());
    hostile.tell(new WireMessage.WorkerNeedDeployContainerRequest());
    hostile.tellObject(PoisonPill.getInstance());
    hostile.tellObject(Kill.getInstance());
    hostile.tellObject(new Identify("x"));
  }

  /** The caller is the machine, whatever a message says. */
  @Test
  void identifiesCallerByMachineRatherThanByMessage() {
    WorkerPeer peer = peer();
    awaitHeartbeatOf(peer);

    peer.heartbeat("10.0.0.7:27777");

    Await.until(
        () -> "the heartbeat is heard: " + heard,
        SOON,
        () -> heard.contains("127.0.0.1 10.0.0.7:27777"));
  }
}
