package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.testing.artery.Frames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCheckTest {
  private static final int MAX = 1000;
  private static final long UID = 0x8877665544332211L;

  private final List<FrameHeader> heads = new ArrayList<>();
  private final FrameCheck check =
      new FrameCheck(
          MAX,
          (ordinary, head) -> {
            heads.add(head);
            return FrameVerdict.FORWARDED;
          });
  private final FrameOutput passed = new FrameOutput(10);

  /** Returns a stream with one frame of this length. */
  private static ByteBuffer stream(int streamId, int length, int sent) {
    return ByteBuffer.allocate(9 + sent)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'A', 'K', 'K', 'A', (byte) streamId})
        .putInt(length)
        .putInt(0)
        .putLong(UID)
        .position(9 + sent)
        .flip();
  }

  @Test
  void readsSenderUidFromFrame() throws FrameRejectedException {
    check.check(stream(2, 100, 100), passed);

    assertThat(check.frames()).isPositive();
    assertThat(check.isOrdinary()).isTrue();
    assertThat(heads).singleElement().extracting(FrameHeader::uid).isEqualTo(UID);
    assertThat(check.isMidFrame()).isFalse();
  }

  @Test
  void readsFrameArrivingByteByByte() throws FrameRejectedException {
    ByteBuffer whole = stream(1, 100, 100);
    while (whole.hasRemaining()) {
      check.check(ByteBuffer.wrap(new byte[] {whole.get()}), passed);
    }

    assertThat(check.frames()).isPositive();
    assertThat(check.isOrdinary()).isFalse();
    assertThat(heads).singleElement().extracting(FrameHeader::uid).isEqualTo(UID);
  }

  private static byte[] frame(String sender, String message) {
    return Frames.frame(
        UID, 1, sender, "recipient", "manifest", message.getBytes(StandardCharsets.US_ASCII));
  }

  /** The bytes arrive in parts of any size, and only the rule changes them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 50, 10_000})
  void forwardsSkipsAndSignsFrames(int part) throws FrameRejectedException {
    String large = "x".repeat(FrameHeader.MAX_HEAD + 5);
    ByteBuffer in =
        ByteBuffer.wrap(
            Frames.concat(
                Frames.start(Frames.ORDINARY),
                frame("keep", "1"),
                frame("skip", "2"),
                frame("skip", large),
                frame("sign", large),
                frame("", "3"),
                frame("keep", large)));
    FrameCheck ruled =
        new FrameCheck(
            10_000,
            (ordinary, head) ->
                switch (head.sender()) {
                  case "keep" -> FrameVerdict.FORWARDED;
                  case "skip" -> FrameVerdict.SKIPPED;
                  default -> FrameVerdict.signed("akka://signed");
                });
    while (in.hasRemaining()) {
      ByteBuffer next = in.slice().limit(Math.min(part, in.remaining()));
      in.position(in.position() + next.remaining());
      ruled.check(next, passed);
    }

    byte[] expected =
        Frames.concat(
            Frames.start(Frames.ORDINARY),
            frame("keep", "1"),
            frame("akka://signed", large),
            frame("akka://signed", "3"),
            frame("keep", large));
    assertThat(passed.written()).isEqualTo(ByteBuffer.wrap(expected));
    assertThat(ruled.frames()).isEqualTo(6);
  }

  @Test
  void buffersHeadUntilItsRuleHasDecided() throws FrameRejectedException {
    ByteBuffer whole = ByteBuffer.wrap(frame("a", "1"));
    check.check(ByteBuffer.wrap(Frames.start(Frames.ORDINARY)), passed);
    check.check(whole.slice().limit(whole.remaining() - 1), passed);

    assertThat(passed.written().remaining()).isEqualTo(5);
  }

  @Test
  void countsBytesOfPartialFrame() throws FrameRejectedException {
    check.check(stream(2, 100, 60), passed);

    assertThat(check.isAnnounced()).isTrue();
    assertThat(check.frames()).isZero();
    assertThat(check.partialBytes()).isEqualTo(60);
    assertThat(check.isMidFrame()).isTrue();
  }

  @Test
  void acceptsLargestFrameAndChecksFollowingFrame() throws FrameRejectedException {
    check.check(stream(2, MAX, MAX), passed);
    assertThat(check.frames()).isEqualTo(1);

    assertThatThrownBy(
            () ->
                check.check(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(MAX + 1).flip(),
                    passed))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining("1001");
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 27})
  void refusesInvalidFrameLength(int length) {
    assertThatThrownBy(() -> check.check(stream(2, length, 60).limit(9), passed))
        .isInstanceOf(FrameRejectedException.class);
  }

  @Test
  void refusesNonArteryStreamAtFirstWrongByte() {
    assertThatThrownBy(() -> check.check(ByteBuffer.wrap(new byte[] {'G'}), passed))
        .isInstanceOf(FrameRejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, -1})
  void refusesUnusedArteryStreamIds(int id) {
    assertThatThrownBy(() -> check.check(stream(id, 100, 100), passed))
        .isInstanceOf(FrameRejectedException.class);
  }
}
