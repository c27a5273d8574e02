package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.transport.akka.artery.Envelope.Kind;
import dev.orrery.transport.akka.artery.PendingRequests.PendingRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PendingRequestsTest {
  private static final int LIMIT = 3;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final long ONE = 7;
  private static final long OTHER = 8;

  private final PendingRequests pending = new PendingRequests(LIMIT);

  @AfterEach
  void close() {
    pending.close();
  }

  private PendingRequest open() {
    return pending.open(LONG, () -> new TransportException("silent"));
  }

  private void receive(PendingRequest request, Kind kind, long scheduler) {
    pending.take(new Envelope(kind, request.id(), scheduler, "", "", new byte[] {1}));
  }

  private static void assertFailed(CompletableFuture<OperationResponse> answer, String message) {
    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::get)
        .hasCauseInstanceOf(TransportException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @EnumSource(names = {"ANSWER", "REFUSAL"})
  void opensAnyNumberOfConsecutiveRequests(Kind kind) {
    for (int n = 0; n < 2 * LIMIT; n++) {
      PendingRequest request = open();
      receive(request, kind, ONE);
      assertThat(request.answer())
          .isCompletedWithValueMatching(a -> a.refused() == (kind == Kind.REFUSAL));
    }
  }

  @Test
  void refusesRequestBeyondLimitUntilPendingRequestEnds() {
    PendingRequest first = open();
    open();
    open();
    assertFailed(open().answer(), "Too many requests are pending");

    first.answer().completeExceptionally(new TransportException("not sent"));

    assertThat(open().answer()).isNotDone();
    assertFailed(open().answer(), "Too many requests are pending");
  }

  @Test
  void failsOnlyRequestsOfDisconnectedScheduler() {
    PendingRequest here = open();
    PendingRequest there = open();
    PendingRequest unknown = open();
    receive(here, Kind.ARRIVED, ONE);
    receive(there, Kind.ARRIVED, OTHER);

    pending.onDisconnected(ONE);

    assertFailed(here.answer(), "The scheduler's connection broke");
    assertThat(there.answer()).isNotDone();
    assertThat(unknown.answer()).isNotDone();
    receive(there, Kind.ANSWER, OTHER);
    assertThat(there.answer()).isCompleted();
  }

  @Test
  void joinsPartsOfResponse() {
    PendingRequest request = open();
    PendingRequest other = open();

    receive(request, Kind.PART, ONE);
    receive(other, Kind.PART, ONE);
    receive(request, Kind.PART, ONE);
    assertThat(request.answer()).isNotDone();
    receive(request, Kind.ANSWER, ONE);

    assertThat(request.answer()).isCompletedWithValueMatching(answer -> answer.body().length == 3);
    assertThat(other.answer()).isNotDone();
  }

  @Test
  void failsRequestWithoutTimelyResponse() {
    PendingRequest request = pending.open(Duration.ZERO, () -> new TransportException("silent"));

    assertThatThrownBy(() -> request.answer().join()).hasCauseInstanceOf(TransportException.class);
  }

  @Test
  void failsAllPendingRequestsOnClose() {
    PendingRequest request = open();

    pending.close();

    assertFailed(request.answer(), "The worker is being closed");
  }
}
