package dev.orrery.powerjob.akka;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.akka.WorkerMessageSerializer.Incoming;
import dev.orrery.powerjob.akka.WorkerMessageSerializer.Outgoing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ReceiveTimeout;

/**
 * Asks a worker, and lives until its answer. An answer names no question, so only the name of this
 * actor tells whose it is, and no other peer may guess the name.
 */
final class AskActor extends AbstractActor {
  private final ActorSelection worker;
  private final Outgoing question;
  private final Duration timeout;
  private final CompletableFuture<AskAnswer> answer;

  AskActor(
      ActorSelection worker,
      Outgoing question,
      Duration timeout,
      CompletableFuture<AskAnswer> answer) {
    this.worker = worker;
    this.question = question;
    this.timeout = timeout;
    this.answer = answer;
  }

  @Override
  public void preStart() {
    getContext().setReceiveTimeout(timeout);
    worker.tell(question, getSelf());
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Incoming.class, this::take)
        .match(ReceiveTimeout.class, timedOut -> end())
        .build();
  }

  private void take(Incoming incoming) {
    if (incoming.message() instanceof WireMessage.AskResponse response) {
      answer.complete(response.read());
    }
    end();
  }

  private void end() {
    getContext().stop(getSelf());
  }

  @Override
  public void postStop() {
    answer.completeExceptionally(new TimeoutException("no answer within " + timeout));
  }
}
