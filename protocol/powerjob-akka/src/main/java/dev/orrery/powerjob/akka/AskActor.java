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
 * Sends a question to a worker, and waits for the answer or a time-out. An answer does not name its
 * question, so it is matched by the name of this actor, which no other peer may be able to guess.
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
