package dev.orrery.powerjob.akka;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.serialization.JSerializer;

/** A plain actor system with the names of PowerJob's worker, which sends any bytes. */
final class WorkerPeer implements AutoCloseable {
  /** The bytes of a message. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Raw(byte[] bytes) {}

  /** Writes and reads bytes as they are, under the number of PowerJob's serializer. */
  public static final class RawSerializer extends JSerializer {
    @Override
    public int identifier() {
      return WorkerMessageSerializer.IDENTIFIER;
    }

    @Override
    public boolean includeManifest() {
      return false;
    }

    @Override
    public byte[] toBinary(Object message) {
      return ((Raw) message).bytes();
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
      return new Raw(bytes);
    }
  }

  /** What the peer got, and from whom. */
  record Received(WireMessage message, ActorRef sender) {}

  private final ActorSystem system;
  private final String server;
  private final KryoCodec codec = new KryoCodec();
  final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  /**
   * @param server {@code host:port}
   */
  WorkerPeer(String server) {
    this.server = server;
    this.system =
        ActorSystem.create(
            "oms",
            ConfigFactory.parseMap(
                    Map.ofEntries(
                        Map.entry("pekko.loglevel", "OFF"),
                        Map.entry("pekko.stdout-loglevel", "OFF"),
                        Map.entry("pekko.jvm-exit-on-fatal-error", "off"),
                        Map.entry("pekko.actor.provider", "remote"),
                        Map.entry("pekko.actor.serializers.raw", RawSerializer.class.getName()),
                        Map.entry(
                            "pekko.actor.serialization-bindings.\"" + Raw.class.getName() + "\"",
                            "raw"),
                        Map.entry("pekko.remote.protocol-name", "akka"),
                        Map.entry("pekko.remote.accept-protocol-names", List.of("akka")),
                        Map.entry("pekko.remote.use-unsafe-remote-features-outside-cluster", "on"),
                        Map.entry("pekko.remote.warn-about-direct-use", "off"),
                        Map.entry("pekko.remote.artery.transport", "tcp"),
                        Map.entry("pekko.remote.artery.canonical.hostname", "127.0.0.1"),
                        Map.entry("pekko.remote.artery.canonical.port", 0),
                        // Real workers advertise each minute.
                        Map.entry(
                            "pekko.remote.artery.advanced.compression.actor-refs"
                                + ".advertisement-interval",
                            "200 ms"),
                        Map.entry(
                            "pekko.remote.artery.advanced.compression.manifests"
                                + ".advertisement-interval",
                            "200 ms")))
                .withFallback(ConfigFactory.defaultReference()));
    ActorRef unused = system.actorOf(Props.create(Worker.class, () -> new Worker(this)), "worker");
  }

  /** The actor that the server addresses. */
  static final class Worker extends AbstractActor {
    private final WorkerPeer peer;

    Worker(WorkerPeer peer) {
      this.peer = peer;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              Raw.class,
              raw -> peer.received.add(new Received(peer.codec.read(raw.bytes()), getSender())))
          .build();
    }
  }

  String address() {
    Address own = ((ExtendedActorSystem) system).provider().getDefaultAddress();
    return own.getHost().orElseThrow() + ":" + own.getPort().orElseThrow();
  }

  /** Sends bytes as a message of a worker. */
  void tell(byte[] bytes) {
    tell(bytes, "/user/server_actor");
  }

  void tell(byte[] bytes, String actor) {
    system
        .actorSelection("akka://oms-server@" + server + actor)
        .tell(new Raw(bytes), ActorRef.noSender());
  }

  void tell(WireMessage message) {
    tell(codec.write(message));
  }

  /** Answers whoever asked. */
  void answer(ActorRef asking, WireMessage message) {
    asking.tell(new Raw(codec.write(message)), ActorRef.noSender());
  }

  /** Sends an object of Pekko to the server's actor. */
  void tellObject(Object message) {
    system
        .actorSelection("akka://oms-server@" + server + "/user/server_actor")
        .tell(message, ActorRef.noSender());
  }

  void heartbeat(String address) {
    WireMessage.WorkerHeartbeat heartbeat = new WireMessage.WorkerHeartbeat();
    heartbeat.workerAddress = address;
    heartbeat.appName = "shop";
    heartbeat.appId = 7L;
    tell(heartbeat);
  }

  /** Asks, as a worker that reports an end does. */
  CompletionStage<Object> ask(WireMessage message) {
    return Patterns.ask(
        system.actorSelection("akka://oms-server@" + server + "/user/server_actor"),
        new Raw(codec.write(message)),
        Duration.ofSeconds(10));
  }

  WireMessage read(Object raw) {
    return codec.read(((Raw) raw).bytes());
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
