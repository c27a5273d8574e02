package dev.orrery.powerjob.akka;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.akka.WorkerMessageSerializer.Incoming;
import dev.orrery.powerjob.akka.WorkerMessageSerializer.Outgoing;
import dev.orrery.powerjob.port.WorkerMessageHandler;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.transport.akka.proxy.PeerProfile;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorRef;

/**
 * Receives the messages of all PowerJob workers, and passes each to the handler according to its
 * class.
 */
final class ServerActor extends AbstractActor {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(System.getLogger(ServerActor.class.getName()));

  private final WorkerMessageHandler handler;
  private final KryoCodec codec;

  ServerActor(WorkerMessageHandler handler, KryoCodec codec) {
    this.handler = handler;
    this.codec = codec;
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Incoming.class, this::receive)
        .matchAny(other -> refuse(other.getClass().getName()))
        .build();
  }

  private void receive(Incoming incoming) {
    ActorRef sender = getSender();
    try {
      take(incoming.message(), sender, caller(sender.path()));
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "failed " + e.getClass().getName(),
          "powerjob: failed to process a worker's message; ignoring it: type="
              + incoming.message().getClass().getSimpleName()
              + ": "
              + e);
    }
  }

  private void take(WireMessage message, ActorRef sender, String caller) {
    if (message instanceof WireMessage.WorkerHeartbeat heartbeat) {
      handler.heartbeat(caller, heartbeat.read());
    } else if (message instanceof WireMessage.WorkerLogReportReq log) {
      handler.log(caller, log.read());
    } else if (message instanceof WireMessage.TaskTrackerReportInstanceStatusReq report) {
      answer(sender, handler.report(caller, report.read()));
    } else if (message instanceof WireMessage.WorkerQueryExecutorClusterReq query) {
      answer(sender, handler.cluster(caller, query.read()));
    } else if (message instanceof WireMessage.WorkerNeedDeployContainerRequest) {
      answer(sender, AskAnswer.refused("Orrery has no containers of PowerJob"));
    } else {
      refuse(message.getClass().getSimpleName());
    }
  }

  private static void refuse(String type) {
    LOG.log(
        Level.WARNING,
        "foreign " + type,
        "powerjob: ignored a message of an unexpected type: type=" + type);
  }

  /** Answers a worker that waits; without an answer it repeats its report or question. */
  private void answer(ActorRef sender, CompletionStage<AskAnswer> answer) {
    var unused = answer.thenAccept(done -> answer(sender, done)).exceptionally(this::unanswered);
  }

  private Void unanswered(Throwable failure) {
    LOG.log(
        Level.WARNING,
        "unanswered",
        "powerjob: failed to answer a worker; the worker repeats its message: " + failure);
    return null;
  }

  private void answer(ActorRef sender, AskAnswer answer) {
    if (!isSignature(sender.path())) {
      sender.tell(
          new Outgoing(codec.write(WireMessage.AskResponse.of(answer))), ActorRef.noSender());
    }
  }

  /** Returns the address of the machine that sent a message, as the proxy has checked it. */
  private static String caller(ActorPath sender) {
    return isSignature(sender) ? sender.name() : sender.address().getHost().orElse("");
  }

  private static boolean isSignature(ActorPath sender) {
    return sender.parent().name().equals(PeerProfile.SIGNATURE);
  }
}
