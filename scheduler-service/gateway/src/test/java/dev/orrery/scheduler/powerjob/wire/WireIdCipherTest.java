package dev.orrery.scheduler.powerjob.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.message.AttemptRef;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireIdCipherTest {
  private static final long FIRST_ID = 251_000_000_000_000_000L;

  private final WireIdCipher cipher =
      new WireIdCipher(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));

  /** Made with another implementation of FF1, radix 2. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 6320316037913368168",
    "0, 2, 4525407009503057630",
    "1, 1, 4215194139310734169",
    "2, 7, 7751293694831028372",
    "251000000000000000, 1, 5814815373141673472",
    "251000000000000001, 1, 4955399024030850944",
    "251000000000000001, 7, 6007076077435334260",
    "9223372036854775807, 1, 439720818448986302",
    "9223372036854775807, 7, 7516564025318993209"
  })
  void encryptsAsInStandard(long instance, int attempt, long wireId) {
    assertThat(cipher.encrypt(new AttemptRef(instance, attempt))).isEqualTo(wireId);
    assertThat(cipher.decrypt(wireId, attempt)).isEqualTo(instance);
  }

  @Test
  void decryptsWireIdToItsInstance() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long instance = random.nextLong() >>> 1;
      int attempt = 1 + random.nextInt(300);
      long wireId = cipher.encrypt(new AttemptRef(instance, attempt));

      assertThat(wireId).isNotNegative();
      assertThat(cipher.decrypt(wireId, attempt)).isEqualTo(instance);
      // The other way round, so no two instances have one number.
      assertThat(cipher.encrypt(new AttemptRef(cipher.decrypt(instance, attempt), attempt)))
          .isEqualTo(instance);
    }
  }

  @Test
  void spreadsConsecutiveInstancesOverAllWireIds() {
    Set<Long> wireIds = new HashSet<>();
    int ascending = 0;
    long before = 0;
    int[] ones = new int[63];
    for (int i = 0; i < 10_000; i++) {
      long wireId = cipher.encrypt(new AttemptRef(FIRST_ID + i, 1));
      wireIds.add(wireId);
      ascending += wireId > before ? 1 : 0;
      before = wireId;
      for (int bit = 0; bit < ones.length; bit++) {
        ones[bit] += (int) (wireId >>> bit & 1);
      }
    }

    assertThat(wireIds).hasSize(10_000);
    assertThat(ascending).isBetween(4_700, 5_300);
    assertThat(Arrays.stream(ones).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(4_700, 5_300));
  }

  @Test
  void createsDistinctWireIdPerAttemptAndKey() {
    WireIdCipher other = new WireIdCipher(new byte[WireIdCipher.KEY_BYTES]);
    AttemptRef first = new AttemptRef(FIRST_ID, 1);
    Set<Long> wireIds = new HashSet<>();
    for (int attempt = 1; attempt <= 1_000; attempt++) {
      wireIds.add(cipher.encrypt(new AttemptRef(FIRST_ID, attempt)));
    }

    assertThat(wireIds).hasSize(1_000);
    assertThat(other.encrypt(first)).isNotEqualTo(cipher.encrypt(first));
  }

  @Test
  void refusesKeyOfWrongSize() {
    assertThatThrownBy(() -> new WireIdCipher(new byte[8]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
