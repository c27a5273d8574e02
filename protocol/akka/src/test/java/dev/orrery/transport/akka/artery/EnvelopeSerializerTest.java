package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.transport.akka.artery.Envelope.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvelopeSerializerTest {
  private static final Envelope ENVELOPE =
      new Envelope(
          Kind.REQUEST,
          new UUID(1, 2),
          -3,
          "/worker/v1/poll",
          "secret",
          "{}".getBytes(StandardCharsets.UTF_8));

  private final EnvelopeSerializer serializer = new EnvelopeSerializer();

  private Envelope read(byte[] bytes) {
    return (Envelope) serializer.read(bytes);
  }

  @Test
  void readsBackWrittenEnvelope() {
    Envelope read = read(serializer.toBinary(ENVELOPE));

    assertThat(read).usingRecursiveComparison().isEqualTo(ENVELOPE);
    assertThat(read.toString()).doesNotContain("secret");
  }

  @Test
  void refusesTruncatedEnvelope() {
    byte[] whole = serializer.toBinary(ENVELOPE);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesEnvelopeWithTrailingBytes() {
    byte[] longer = Arrays.copyOf(serializer.toBinary(ENVELOPE), 200);
    assertThatThrownBy(() -> read(longer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void survivesForgedLengthsInEnvelope() {
    byte[] whole = serializer.toBinary(ENVELOPE);
    for (int at = 26; at < whole.length - 4; at++) {
      ByteBuffer claimed = ByteBuffer.wrap(whole.clone()).putInt(at, Integer.MAX_VALUE);
      try {
        assertThat(read(claimed.array())).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("Malformed envelope: ");
      }
    }
  }

  @Test
  void refusesRandomBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThatThrownBy(() -> read(bytes))
          .as("seed %d", seed)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
