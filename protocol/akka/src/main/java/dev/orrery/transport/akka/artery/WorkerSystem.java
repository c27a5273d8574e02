package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.transport.akka.artery.Envelope.Kind;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.ActorRef;

/** The actor system of a worker, which sends requests and receives responses. */
public final class WorkerSystem {
  private final ArterySystem artery;
  private final ActorRef answers;
  private final Set<String> dialled;

  private WorkerSystem(ArterySystem artery, ActorRef answers, Set<String> dialled) {
    this.artery = artery;
    this.answers = answers;
    this.dialled = dialled;
  }

  /**
   * @param onProven receives the uid of a scheduler's actor system when it answers
   * @param onQuarantined runs once, when this system or a scheduler quarantines the other
   */
  public static WorkerSystem start(
      ArterySystem.Setting setting,
      PendingRequests pending,
      LongConsumer onProven,
      Runnable onQuarantined) {
    ArterySystem artery = ArterySystem.start(setting);
    ActorRef answers = ResponseActor.start(artery, pending, onProven);
    Set<String> dialled = ConcurrentHashMap.newKeySet();
    var unused = QuarantineActor.start(artery, dialled, onQuarantined);
    return new WorkerSystem(artery, answers, dialled);
  }

  public ArterySystem artery() {
    return artery;
  }

  /**
   * Sends a request, which may be lost.
   *
   * @param scheduler address of its system, such as {@code akka://orrery@10.0.0.5:10086}
   */
  public void send(String scheduler, UUID id, OperationRequest request) {
    dialled.add(scheduler);
    Envelope envelope =
        new Envelope(
            Kind.REQUEST, id, artery.uid(), request.path(), request.token(), request.body());
    artery.actors().actorSelection(scheduler + PeerProfile.ORRERY.actor()).tell(envelope, answers);
  }
}
