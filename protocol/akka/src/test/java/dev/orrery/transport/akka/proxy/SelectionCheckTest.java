package dev.orrery.transport.akka.proxy;

import static dev.orrery.testing.artery.Frames.OURS;
import static dev.orrery.testing.artery.Frames.SELECTION;
import static dev.orrery.testing.artery.Frames.concat;
import static dev.orrery.testing.artery.Frames.field;
import static dev.orrery.testing.artery.Frames.selection;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionCheckTest {
  private static final String ACTOR = "/user/orrery";
  private static final byte[] MESSAGE = {1, 2, 3};

  private static void check(byte[] bytes) throws FrameRejectedException {
    SelectionCheck.check(ByteBuffer.wrap(bytes), PeerProfile.ORRERY);
  }

  private static void refuses(byte[] bytes) {
    assertThatThrownBy(() -> check(bytes)).isInstanceOf(FrameRejectedException.class);
  }

  private static byte[] element(long type, String name) {
    return field(3, concat(field(1, type), field(2, name.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void acceptsOwnMessageToOwnActorWithAndWithoutFanOut() {
    byte[] whole = selection(ACTOR, OURS, MESSAGE);

    assertThatCode(() -> check(whole)).doesNotThrowAnyException();
    assertThatCode(() -> check(Arrays.copyOf(whole, whole.length - 2))).doesNotThrowAnyException();
  }

  private static IntStream serializers() {
    return IntStream.concat(
        IntStream.rangeClosed(-100, 100), IntStream.of(277_777, OURS - 1, Integer.MIN_VALUE));
  }

  /** Pekko's are 1 to 40; of them 16 reads configurations, 3 and 1 load classes, 6 nests. */
  @ParameterizedTest
  @MethodSource("serializers")
  void refusesMessageOfAnotherSerializer(int serializer) {
    refuses(selection(ACTOR, serializer, MESSAGE));
    refuses(selection(ACTOR, serializer, "CF", MESSAGE));
  }

  @Test
  void refusesSelectionInSelection() {
    byte[] nested = selection(ACTOR, OURS, MESSAGE);
    for (int depth = 0; depth < 10; depth++) {
      nested = selection(ACTOR, SELECTION, nested);
      refuses(nested);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CF", "d", "java.lang.Object", "\0"})
  void refusesManifest(String manifest) {
    refuses(selection(ACTOR, OURS, manifest, MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/user",
        "/user/orrery/x",
        "/user/*",
        "/user/orrery2",
        "/system/orrery",
        "/",
        "//"
      })
  void refusesAnotherActor(String actor) {
    refuses(selection(actor, OURS, MESSAGE));
  }

  @Test
  void refusesPatternsParentsFanOutAndRepeatedFields() {
    byte[] start = concat(field(1, MESSAGE), field(2, OURS));
    byte[] user = element(1, "user");
    refuses(concat(start, user, element(2, "orrery")));
    refuses(concat(start, element(0, "user"), element(1, "orrery")));
    refuses(concat(start, user, field(3, field(1, 0))));
    refuses(concat(start, user, element(1, "orrery"), field(5, 1)));
    refuses(concat(start, field(2, SELECTION), user, element(1, "orrery")));
    refuses(concat(start, user, element(1, "orrery"), field(2, SELECTION)));
    refuses(concat(start, user, element(1, "orrery"), field(5, 0), field(1, MESSAGE)));
    refuses(concat(field(2, OURS), field(1, MESSAGE), user, element(1, "orrery")));
    // The same number to a reader of 32 bits.
    refuses(concat(field(1, MESSAGE), field(2, OURS + (1L << 32)), user, element(1, "orrery")));
  }

  /** A damaged selection is refused, and never reads beyond its end. */
  @Test
  void refusesTruncatedSelection() {
    byte[] whole = selection(ACTOR, OURS, MESSAGE);
    for (int length = 0; length < whole.length - 2; length++) {
      refuses(Arrays.copyOf(whole, length));
    }
  }
}
