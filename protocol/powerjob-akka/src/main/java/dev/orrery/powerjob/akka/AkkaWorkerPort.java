package dev.orrery.powerjob.akka;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.akka.WorkerMessageSerializer.Outgoing;
import dev.orrery.powerjob.port.WorkerMessageHandler;
import dev.orrery.powerjob.port.WorkerPort;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.transport.akka.GuardedPort;
import dev.orrery.transport.akka.SystemSupervisor;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Props;

/**
 * The port for PowerJob workers over AKKA: an actor system that has the names of the one in
 * PowerJob's server. It and the workers address each other by actor selections, {@code
 * akka://SYSTEM@HOST:PORT/user/ACTOR}.
 */
final class AkkaWorkerPort implements WorkerPort {
  private static final String SYSTEM = "oms-server";
  private static final String WORKER_SYSTEM = "oms";
  private static final String WORKER_ACTOR = "/user/worker";
  private static final String ASK = "ask-";
  private static final int MAX_ASKED = 5_000;

  private final GuardedPort guardedPort;
  private final SystemSupervisor<ArterySystem> supervisor;
  private final KryoCodec codec;
  private final AtomicInteger asked = new AtomicInteger();

  private AkkaWorkerPort(
      GuardedPort guardedPort, SystemSupervisor<ArterySystem> supervisor, KryoCodec codec) {
    this.guardedPort = guardedPort;
    this.supervisor = supervisor;
    this.codec = codec;
  }

  static AkkaWorkerPort open(
      EndpointSettings settings, boolean requiresOwnAddress, WorkerMessageHandler handler) {
    KryoCodec codec = new KryoCodec();
    GuardedPort guardedPort =
        GuardedPort.bind(
            settings,
            SYSTEM,
            PeerProfile.POWERJOB.ofOwnMachine(requiresOwnAddress),
            "orrery-akka-powerjob.conf",
            false,
            uid -> {});
    // As for Orrery's own workers, a quarantine replaces nothing: any peer could provoke that.
    SystemSupervisor<ArterySystem> supervisor =
        new SystemSupervisor<>(
            guardedPort.proxy(),
            onUnusable -> start(guardedPort, handler, codec),
            system -> system,
            () -> {});
    try {
      supervisor.open();
      return new AkkaWorkerPort(guardedPort, supervisor, codec);
    } catch (ClosedChannelException | RuntimeException e) {
      supervisor.close();
      guardedPort.proxy().close();
      throw new IllegalStateException("Failed to start the port for PowerJob's AKKA", e);
    }
  }

  private static ArterySystem start(
      GuardedPort guardedPort, WorkerMessageHandler handler, KryoCodec codec) {
    ArterySystem artery = ArterySystem.start(guardedPort.setting());
    artery.serve(Props.create(ServerActor.class, () -> new ServerActor(handler, codec)));
    return artery;
  }

  @Override
  public boolean isResponding() {
    return supervisor.isResponding();
  }

  @Override
  public long replacements() {
    return supervisor.replacements();
  }

  @Override
  public int port() {
    return guardedPort.proxy().port();
  }

  @Override
  public String address() {
    return guardedPort.setting().advertisedHost() + ":" + port();
  }

  @Override
  public void run(WorkerAddress worker, RunRequest request) {
    tell(worker, WireMessage.ServerScheduleJobReq.of(request));
  }

  @Override
  public void stop(WorkerAddress worker, long wireId) {
    tell(worker, WireMessage.ServerStopInstanceReq.of(wireId));
  }

  private void tell(WorkerAddress worker, WireMessage message) {
    select(worker).tell(new Outgoing(codec.write(message)), ActorRef.noSender());
  }

  private ActorSelection select(WorkerAddress worker) {
    return supervisor.current().actors().actorSelection(system(worker) + WORKER_ACTOR);
  }

  private static String system(WorkerAddress worker) {
    return "akka://" + WORKER_SYSTEM + "@" + worker;
  }

  @Override
  public CompletableFuture<AskAnswer> ask(WorkerAddress worker, long wireId, Duration timeout) {
    CompletableFuture<AskAnswer> answer = new CompletableFuture<>();
    var unused =
        answer.whenComplete(
            (done, failure) -> {
              asked.decrementAndGet();
              if (failure == null) {
                // Nobody else can know whom to answer.
                guardedPort.proxy().onProven(system(worker));
              }
            });
    if (asked.incrementAndGet() > MAX_ASKED) {
      answer.completeExceptionally(new IllegalStateException("too many questions are open"));
      return answer;
    }
    Outgoing question =
        new Outgoing(codec.write(WireMessage.ServerQueryInstanceStatusReq.of(wireId)));
    ActorSelection selection = select(worker);
    supervisor
        .current()
        .actors()
        .actorOf(
            Props.create(AskActor.class, () -> new AskActor(selection, question, timeout, answer)),
            ASK + UUID.randomUUID());
    return answer;
  }

  @Override
  public void close() {
    supervisor.close();
    guardedPort.proxy().close();
  }
}
