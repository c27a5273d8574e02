package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintMessageTest {
  private static final UUID REPLICA = UUID.randomUUID();

  private final HintBuffer buffer = new HintBuffer(REPLICA);

  @Test
  void transfersBufferedHintsToReceiver() {
    Hint cancel = new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(1L << 62, 3));
    Hint ended = new Hint.SessionEnded(UUID.randomUUID());
    Hint reported = new Hint.AttemptReported(UUID.randomUUID(), new AttemptRef(1L << 62, 3));
    buffer.add(new Hint.LanesReady(Set.of(1, 2), false));
    buffer.add(new Hint.LanesReady(Set.of(2, 3), false));
    buffer.add(new Hint.LanesReady(Set.of(3, 4), true));
    buffer.add(cancel);
    buffer.add(ended);
    buffer.add(reported);
    buffer.add(new Hint.JobsChanged());

    HintMessage arrived = HintMessage.read(buffer.take().payload()).orElseThrow();

    assertThat(arrived.from()).isEqualTo(REPLICA);
    assertThat(arrived.hints())
        .containsExactlyInAnyOrder(
            cancel,
            ended,
            reported,
            new Hint.JobsChanged(),
            new Hint.LanesReady(Set.of(1, 2, 3), false),
            new Hint.LanesReady(Set.of(3, 4), true));
  }

  @Test
  void returnsBufferedHintOnce() {
    buffer.add(new Hint.JobsChanged());
    buffer.take();

    assertThat(buffer.take()).isNull();
  }

  @Test
  void excludesDueTimesFromMessages() {
    assertThat(buffer.add(new Hint.DueIn(java.time.Duration.ZERO))).isFalse();

    assertThat(buffer.take()).isNull();
  }

  @Test
  void replacesOversizedMessageWithResync() {
    IntStream.range(0, 200)
        .forEach(
            n -> buffer.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    String payload = buffer.take().payload();

    assertThat(payload.length()).isLessThan(8000);
    assertThat(HintMessage.read(payload).orElseThrow().hints()).containsExactly(new Hint.Resync());
  }

  @Test
  void keepsAllHintsThatFitInMessage() {
    IntStream.range(0, 50)
        .forEach(
            n -> buffer.add(new Hint.CancelRequested(UUID.randomUUID(), new AttemptRef(n, 1))));

    assertThat(HintMessage.read(buffer.take().payload()).orElseThrow().hints()).hasSize(50);
  }

  @Test
  void keepsUpTo2000LanesAndReplacesMoreWithResync() {
    IntStream.range(0, 2000).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));
    assertThat(TestPeers.lanes(buffer.take())).hasSize(2000);

    IntStream.range(0, 2001).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));
    assertThat(buffer.take()).isEqualTo(HintMessage.resync(REPLICA));
  }

  @Test
  void limitsPayloadToMaximumNotificationSize() {
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
    return new HintMessage(
        REPLICA,
        IntStream.range(0, digits.size())
            .mapToObj(
                n ->
                    new Hint.CancelRequested(
                        new UUID(1, n),
                        new AttemptRef(Long.parseLong("1".repeat(digits.get(n))), 1)))
            .collect(Collectors.toSet()));
  }

  @Test
  void separatesCancelsFromOtherHints() {
    Hint cancel = new Hint.CancelRequested(new UUID(0, 4), new AttemptRef(3, 1));
    Hint lanes = new Hint.LanesReady(Set.of(1), false);
    Hint jobs = new Hint.JobsChanged();
    HintMessage all = new HintMessage(REPLICA, Set.of(cancel, lanes, jobs));

    assertThat(all.cancelsOnly()).isEqualTo(new HintMessage(REPLICA, Set.of(cancel)));
    assertThat(all.withoutCancels()).isEqualTo(new HintMessage(REPLICA, Set.of(lanes, jobs)));
    assertThat(all.isEmpty()).isFalse();
    assertThat(HintMessage.resync(REPLICA).cancelsOnly().isEmpty()).isTrue();
  }

  @Test
  void mergesEqualHints() {
    Hint cancel = new Hint.CancelRequested(new UUID(0, 4), new AttemptRef(3, 1));
    IntStream.range(0, 5000).forEach(n -> buffer.add(cancel));

    assertThat(buffer.take().hints()).containsExactly(cancel);
  }

  @Test
  void replacesFloodOfLanesWithResync() {
    IntStream.range(0, 100_000).forEach(n -> buffer.add(new Hint.LanesReady(Set.of(n), false)));

    HintMessage message = buffer.take();

    assertThat(message.hints()).contains(new Hint.Resync());
    assertThat(TestPeers.lanes(message).size()).isLessThanOrEqualTo(2000);
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
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"hints\":7}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"hints\":[null]}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"hints\":[{\"type\":\"lanes\"}]}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\","
            + "\"hints\":[{\"type\":\"lanes\",\"lanes\":[null]}]}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"hints\":[{\"type\":\"cancel\"}]}",
        "{\"from\":\"6fa1bf6c-4d8c-4fc6-9a5c-8e2b6f3a8a51\",\"hints\":[{\"type\":\"ended\"}]}"
      })
  void refusesMalformedHintPayload(String payload) {
    assertThat(HintMessage.read(payload)).isEmpty();
  }

  private static Set<Hint> received(String fields) {
    return HintMessage.read("{\"from\":\"" + REPLICA + "\"," + fields + "}").orElseThrow().hints();
  }

  @Test
  void ignoresFieldsAddedByNewerReplica() {
    assertThat(received("\"later\":[1],\"hints\":[{\"type\":\"jobs\",\"later\":1}]"))
        .containsExactly(new Hint.JobsChanged());
  }

  /** It may announce anything, so everything is queried. */
  @Test
  void readsUnknownHintsAsResync() {
    assertThat(received("\"hints\":[{\"type\":\"later\",\"lanes\":[1]},{\"type\":\"jobs\"}]"))
        .containsExactlyInAnyOrder(new Hint.Resync(), new Hint.JobsChanged());
    assertThat(received("\"hints\":[{}]")).containsExactly(new Hint.Resync());
    assertThat(received("\"lanes\":[1]")).containsExactly(new Hint.Resync());
  }

  /** A replica sleeps by its own query, and others cannot shorten that. */
  @Test
  void readsLocalOnlyHintsAsResync() {
    assertThat(received("\"hints\":[{\"type\":\"DueIn\",\"time\":0}]"))
        .containsExactly(new Hint.Resync());
  }

  @Test
  void writesHintsInTheAgreedFormat() {
    UUID session = new UUID(0, 5);

    assertThat(payloadOf(new Hint.LanesReady(Set.of(1), true)))
        .isEqualTo("[{\"type\":\"lanes\",\"lanes\":[1],\"fresh\":true}]");
    assertThat(payloadOf(new Hint.CancelRequested(session, new AttemptRef(7, 2))))
        .isEqualTo("[{\"type\":\"cancel\",\"session\":\"" + session + "\",\"attempt\":[\"7\",2]}]");
    assertThat(payloadOf(new Hint.SessionEnded(session)))
        .isEqualTo("[{\"type\":\"ended\",\"session\":\"" + session + "\"}]");
    assertThat(payloadOf(new Hint.JobsChanged())).isEqualTo("[{\"type\":\"jobs\"}]");
    assertThat(payloadOf(new Hint.Resync())).isEqualTo("[{\"type\":\"resync\"}]");
  }

  private static String payloadOf(Hint hint) {
    String payload = new HintMessage(REPLICA, Set.of(hint)).payload();
    String start = "{\"from\":\"" + REPLICA + "\",\"hints\":";
    assertThat(payload).startsWith(start).endsWith("}");
    return payload.substring(start.length(), payload.length() - 1);
  }
}
