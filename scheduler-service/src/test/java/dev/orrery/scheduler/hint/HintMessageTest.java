package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintMessageTest {
  private static final UUID REPLICA = UUID.randomUUID();

  private final Outbox outbox = new Outbox(REPLICA);

  @Test
  void whatIsPutInComesOutAtTheOtherSide() {
    Hint cancel = new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(1L << 62, 3));
    Hint ended = new Hint.SessionEnded(UUID.randomUUID());
    outbox.add(new Hint.LanesReady(Set.of(1, 2), false));
    outbox.add(new Hint.LanesReady(Set.of(2, 3), false));
    outbox.add(new Hint.LanesReady(Set.of(3, 4), true));
    outbox.add(cancel);
    outbox.add(ended);
    outbox.add(new Hint.JobsChanged());

    HintMessage arrived = HintMessage.read(outbox.take().payload()).orElseThrow();

    assertThat(arrived.from()).isEqualTo(REPLICA);
    assertThat(arrived.hints())
        .containsExactlyInAnyOrder(
            cancel,
            ended,
            new Hint.JobsChanged(),
            new Hint.LanesReady(Set.of(1, 2, 3), false),
            new Hint.LanesReady(Set.of(3, 4), true));
  }

  @Test
  void whatWasTakenIsNotTakenAgain() {
    outbox.add(new Hint.JobsChanged());
    outbox.take();

    assertThat(outbox.take()).isNull();
  }

  @Test
  void whatBecomesDueIsNoNewsForOthers() {
    assertThat(outbox.add(new Hint.DueIn(java.time.Duration.ZERO))).isFalse();

    assertThat(outbox.take()).isNull();
  }

  @Test
  void moreThanFitsIntoPayloadSaysToLookAtEverything() {
    IntStream.range(0, 200)
        .forEach(
            n -> outbox.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    String payload = outbox.take().payload();

    assertThat(payload.length()).isLessThan(8000);
    assertThat(HintMessage.read(payload).orElseThrow().hints())
        .containsExactly(new Hint.LookAtEverything());
  }

  @Test
  void payloadIsNotCutWhileItFits() {
    IntStream.range(0, 50)
        .forEach(
            n -> outbox.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    assertThat(HintMessage.read(outbox.take().payload()).orElseThrow().hints()).hasSize(50);
  }

  @Test
  void floodIsNotRememberedOneByOne() {
    IntStream.range(0, 100_000).forEach(n -> outbox.add(new Hint.LanesReady(Set.of(n), false)));

    HintMessage message = outbox.take();

    assertThat(message.everything()).isTrue();
    assertThat(message.lanes().size()).isLessThanOrEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "hello",
        "{",
        "[]",
        "{}",
        "{\"from\":\"me\"}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"lanes\":[null]}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"cancels\":7}"
      })
  void whatIsNoMessageOfOursIsRecognised(String payload) {
    assertThat(HintMessage.read(payload)).isEmpty();
  }

  @Test
  void whatNewerReplicaAddsIsIgnored() {
    String payload = "{\"from\":\"" + REPLICA + "\",\"later\":[1],\"jobsChanged\":true}";

    assertThat(HintMessage.read(payload).orElseThrow().hints())
        .containsExactly(new Hint.JobsChanged());
  }
}
