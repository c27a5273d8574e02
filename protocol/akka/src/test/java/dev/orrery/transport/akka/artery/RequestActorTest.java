package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.transport.akka.artery.Envelope.Kind;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the actor without a network. */
class RequestActorTest {
  private static final int LIMIT = 2;
  private static final long WORKER = 7;
  private static final String PARK = "/park";
  private static final String FAIL = "/fail";
  private static final String THROW = "/throw";

  private final ActorSystem system =
      ActorSystem.create(
          "test",
          ConfigFactory.parseString("pekko.daemonic = on, pekko.loglevel = OFF")
              .withFallback(
                  ConfigFactory.defaultReference(RequestActorTest.class.getClassLoader())));

  private final RequestsInFlight inFlight = new RequestsInFlight(LIMIT);
  private final Queue<CompletableFuture<OperationResponse>> parked = new ArrayDeque<>();
  private final AtomicInteger gone = new AtomicInteger();
  private final BlockingQueue<Envelope> received = new LinkedBlockingQueue<>();
  private final ActorRef worker =
      system.actorOf(Props.create(Receiver.class, () -> new Receiver(received)));
  private final ActorRef actor =
      system.actorOf(
          Props.create(
              RequestActor.class,
              () -> new RequestActor(new ParkingHandler(), inFlight, uid -> {}, 1)));

  @AfterEach
  void stop() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  @Test
  void answersMoreConsecutiveRequestsThanConcurrencyLimit() throws InterruptedException {
    for (int n = 0; n < 3 * LIMIT; n++) {
      send("/echo");
      assertThat(next()).isEqualTo(Kind.ANSWER);
    }
  }

  @Test
  void refusesRequestBeyondLimitUntilParkedRequestIsAnswered() throws InterruptedException {
    for (int n = 0; n < LIMIT; n++) {
      send(PARK);
      assertThat(next()).isEqualTo(Kind.ARRIVED);
    }
    send("/echo");
    assertThat(next()).isEqualTo(Kind.REFUSAL);

    answerParked();
    assertThat(next()).isEqualTo(Kind.ANSWER);

    send("/echo");
    assertThat(next()).isEqualTo(Kind.ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {FAIL, THROW})
  void releasesSlotOfFailedRequest(String path) throws InterruptedException {
    for (int n = 0; n < 2 * LIMIT; n++) {
      send(path);
    }
    send("/echo");

    Kind kind = next();
    while (kind == Kind.ARRIVED) {
      kind = next();
    }
    assertThat(kind).isEqualTo(Kind.ANSWER);
  }

  @Test
  void runsDisconnectActionsOnlyForUnansweredRequests() throws InterruptedException {
    send(PARK);
    assertThat(next()).isEqualTo(Kind.ARRIVED);
    inFlight.onDisconnected(WORKER);
    assertThat(gone).hasValue(1);
    answerParked();
    assertThat(next()).isEqualTo(Kind.ANSWER);

    send(PARK);
    assertThat(next()).isEqualTo(Kind.ARRIVED);
    answerParked();
    assertThat(next()).isEqualTo(Kind.ANSWER);
    inFlight.onDisconnected(WORKER);

    assertThat(gone).hasValue(1);
  }

  private void send(String path) {
    actor.tell(new Envelope(Kind.REQUEST, new UUID(0, 0), WORKER, path, "t", new byte[0]), worker);
  }

  private Kind next() throws InterruptedException {
    Envelope next = received.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("next message of the actor").isNotNull();
    return next.kind();
  }

  /**
   * Responds to the parked request. Requires its ARRIVED message, which the actor sends after
   * parking.
   */
  private void answerParked() {
    parked.remove().complete(response(false));
  }

  private static OperationResponse response(boolean refused) {
    return new OperationResponse(refused, new byte[0]);
  }

  private final class ParkingHandler implements OperationHandler {
    @Override
    public CompletionStage<OperationResponse> handle(
        OperationRequest request, String host, Consumer<Runnable> whenGone) {
      switch (request.path()) {
        case PARK -> {
          CompletableFuture<OperationResponse> answer = new CompletableFuture<>();
          whenGone.accept(gone::incrementAndGet);
          parked.add(answer);
          return answer;
        }
        case FAIL -> {
          return CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
        }
        case THROW -> throw new IllegalStateException("on purpose");
        default -> {
          return CompletableFuture.completedFuture(response(false));
        }
      }
    }

    @Override
    public OperationResponse overloaded() {
      return response(true);
    }

    @Override
    public OperationResponse tooLarge() {
      return response(true);
    }
  }

  private static final class Receiver extends AbstractActor {
    private final BlockingQueue<Envelope> received;

    Receiver(BlockingQueue<Envelope> received) {
      this.received = received;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(Envelope.class, received::add).build();
    }
  }
}
