package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HintMessageTest {
  private static final UUID REPLICA = UUID.randomUUID();

  private final HintBuffer buffer = new HintBuffer(REPLICA);

  @Test
  void receiverGetsTheBufferedHints() {
    Hint cancel = new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(1L << 62, 3));
    Hint ended = new Hint.SessionEnded(UUID.randomUUID());
    buffer.add(new Hint.LanesReady(Set.of(1, 2), false));
    buffer.add(new Hint.LanesReady(Set.of(2, 3), false));
    buffer.add(new Hint.LanesReady(Set.of(3, 4), true));
    buffer.add(cancel);
    buffer.add(ended);
    buffer.add(new Hint.JobsChanged());

    HintMessage arrived = HintMessage.read(buffer.take().payload()).orElseThrow();

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
  void hintIsTakenOnce() {
    buffer.add(new Hint.JobsChanged());
    buffer.take();

    assertThat(buffer.take()).isNull();
  }

  @Test
  void otherReplicasDoNotGetDueTimes() {
    assertThat(buffer.add(new Hint.DueIn(java.time.Duration.ZERO))).isFalse();

    assertThat(buffer.take()).isNull();
  }

  @Test
  void messageThatDoesNotFitBecomesAResync() {
    IntStream.range(0, 200)
        .forEach(
            n -> buffer.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    String payload = buffer.take().payload();

    assertThat(payload.length()).isLessThan(8000);
    assertThat(HintMessage.read(payload).orElseThrow().hints()).containsExactly(new Hint.Resync());
  }

  @Test
  void messageThatFitsIsSentAsAWhole() {
    IntStream.range(0, 50)
        .forEach(
            n -> buffer.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    assertThat(HintMessage.read(buffer.take().payload()).orElseThrow().hints()).hasSize(50);
  }

  @Test
  void twoThousandLanesAreKeptAndMoreBecomeAResync() {
    IntStream.range(0, 2000).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));
    assertThat(buffer.take().lanes()).hasSize(2000);

    IntStream.range(0, 2001).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));
    assertThat(buffer.take()).isEqualTo(resyncOfABuffer());
  }

  private static HintMessage resyncOfABuffer() {
    return new HintMessage(REPLICA, Set.of(), Set.of(), List.of(), Set.of(), false, true);
  }

  @Test
  void payloadMayHaveTheLargestSizeThatTheDatabaseAccepts() {
    HintMessage longest = ofLength(HintMessage.MAX_BYTES);
    HintMessage tooLong = ofLength(HintMessage.MAX_BYTES + 1);

    assertThat(longest.payload()).hasSize(HintMessage.MAX_BYTES);
    assertThat(HintMessage.read(longest.payload())).contains(longest);
    assertThat(HintMessage.read(tooLong.payload())).contains(HintMessage.resync(REPLICA));
  }

  /** A message whose text has this many characters if nothing is cut. */
  private static HintMessage ofLength(int length) {
    int cancels = 90;
    int shortest = ofDigits(Collections.nCopies(cancels, 1)).payload().length();
    int more = length - shortest;
    List<Integer> digits = new ArrayList<>();
    for (int i = 0; i < cancels; i++) {
      int added = Math.min(more, 17);
      digits.add(1 + added);
      more -= added;
    }
    assertThat(more).as("characters that do not fit").isZero();
    return ofDigits(digits);
  }

  /** One cancel for each entry, whose instance has this many digits. */
  private static HintMessage ofDigits(List<Integer> digits) {
    UUID session = new UUID(1, 1);
    List<HintMessage.Cancel> cancels =
        digits.stream()
            .map(count -> new HintMessage.Cancel(Long.parseLong("1".repeat(count)), 1, session))
            .toList();
    return new HintMessage(REPLICA, null, null, cancels, null, false, false);
  }

  private static HintMessage ofEverySort() {
    return new HintMessage(
        REPLICA,
        Set.of(1),
        Set.of(2),
        List.of(new HintMessage.Cancel(3, 1, new UUID(0, 4))),
        Set.of(new UUID(0, 5)),
        true,
        true);
  }

  @Test
  void cancelsAndTheRestCanBeSentApart() {
    HintMessage all = ofEverySort();

    assertThat(all.cancelsOnly())
        .isEqualTo(new HintMessage(REPLICA, null, null, all.cancels(), null, false, false));
    assertThat(all.withoutCancels())
        .isEqualTo(
            new HintMessage(
                REPLICA, Set.of(1), Set.of(2), null, Set.of(new UUID(0, 5)), true, true));
  }

  static Stream<HintMessage> ofOneSort() {
    HintMessage all = ofEverySort();
    return Stream.of(
        new HintMessage(REPLICA, all.lanes(), null, null, null, false, false),
        new HintMessage(REPLICA, null, all.freshLanes(), null, null, false, false),
        all.cancelsOnly(),
        new HintMessage(REPLICA, null, null, null, all.endedSessions(), false, false),
        new HintMessage(REPLICA, null, null, null, null, true, false),
        HintMessage.resync(REPLICA));
  }

  @ParameterizedTest
  @MethodSource("ofOneSort")
  void messageWithAnythingInItIsNotEmpty(HintMessage message) {
    assertThat(message.isEmpty()).isFalse();
  }

  @Test
  void messageWithNothingInItIsEmpty() {
    assertThat(new HintMessage(REPLICA, null, null, null, null, false, false).isEmpty()).isTrue();
    assertThat(HintMessage.resync(REPLICA).cancelsOnly().isEmpty()).isTrue();
  }

  @Test
  void floodBecomesAResync() {
    IntStream.range(0, 100_000).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));

    HintMessage message = buffer.take();

    assertThat(message.resync()).isTrue();
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
  void payloadThatIsNoHintMessageIsRejected(String payload) {
    assertThat(HintMessage.read(payload)).isEmpty();
  }

  @Test
  void fieldsOfANewerReplicaAreIgnored() {
    String payload = "{\"from\":\"" + REPLICA + "\",\"later\":[1],\"jobsChanged\":true}";

    assertThat(HintMessage.read(payload).orElseThrow().hints())
        .containsExactly(new Hint.JobsChanged());
  }
}
