package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCheckTest {
  private static final int MAX = 1000;
  private static final long UID = 0x8877665544332211L;

  private final List<FrameHead> heads = new ArrayList<>();
  private final FrameCheck check = new FrameCheck(MAX, (ordinary, head) -> heads.add(head));

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
    check.check(stream(2, 100, 100));

    assertThat(check.frames()).isPositive();
    assertThat(check.isOrdinary()).isTrue();
    assertThat(heads).singleElement().extracting(FrameHead::uid).isEqualTo(UID);
    assertThat(check.isMidFrame()).isFalse();
  }

  @Test
  void readsFrameArrivingByteByByte() throws FrameRejectedException {
    ByteBuffer whole = stream(1, 100, 100);
    while (whole.hasRemaining()) {
      check.check(ByteBuffer.wrap(new byte[] {whole.get()}));
    }

    assertThat(check.frames()).isPositive();
    assertThat(check.isOrdinary()).isFalse();
    assertThat(heads).singleElement().extracting(FrameHead::uid).isEqualTo(UID);
  }

  @Test
  void countsBytesOfPartialFrame() throws FrameRejectedException {
    check.check(stream(2, 100, 60));

    assertThat(check.isAnnounced()).isTrue();
    assertThat(check.frames()).isZero();
    assertThat(check.partialBytes()).isEqualTo(60);
    assertThat(check.isMidFrame()).isTrue();
  }

  @Test
  void acceptsLargestFrameAndChecksFollowingFrame() throws FrameRejectedException {
    check.check(stream(2, MAX, MAX));
    assertThat(check.frames()).isEqualTo(1);

    assertThatThrownBy(
            () ->
                check.check(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(MAX + 1).flip()))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining("1001");
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 27})
  void refusesInvalidFrameLength(int length) {
    assertThatThrownBy(() -> check.check(stream(2, length, 60).limit(9)))
        .isInstanceOf(FrameRejectedException.class);
  }

  @Test
  void refusesNonArteryStreamAtFirstWrongByte() {
    assertThatThrownBy(() -> check.check(ByteBuffer.wrap(new byte[] {'G'})))
        .isInstanceOf(FrameRejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, -1})
  void refusesUnusedArteryStreamIds(int id) {
    assertThatThrownBy(() -> check.check(stream(id, 100, 100)))
        .isInstanceOf(FrameRejectedException.class);
  }
}
