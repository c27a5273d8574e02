package dev.orrery.scheduler.powerjob.wire;

import dev.orrery.protocol.message.AttemptRef;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the id of an instance, which can be guessed, into the number of one of its attempts,
 * which cannot. It uses FF1 of NIST SP 800-38G with AES-128 over the 63 bits of a positive {@code
 * long}, with the number of the attempt as the tweak. So each attempt number selects another
 * permutation of all ids, and no row is needed. Thread-safe.
 */
final class WireIdCipher {
  static final int KEY_BYTES = 16;

  private static final int BITS = 63;
  private static final int HIGH_BITS = BITS / 2;
  private static final int LOW_BITS = BITS - HIGH_BITS;
  private static final int ROUNDS = 10;
  private static final int BLOCK = 16;

  /** The first block of the function of each round: the parameters of FF1. */
  private static final byte[] PARAMETERS =
      ByteBuffer.allocate(BLOCK)
          .put((byte) 1)
          .put((byte) 2)
          .put((byte) 1)
          .put(new byte[] {0, 0, 2})
          .put((byte) ROUNDS)
          .put((byte) HIGH_BITS)
          .putInt(BITS)
          .putInt(Integer.BYTES)
          .array();

  private final SecretKeySpec key;

  /**
   * @param key of {@link #KEY_BYTES}
   */
  WireIdCipher(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("The key has " + key.length + " bytes");
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /** Returns a number from 0 to {@link Long#MAX_VALUE}. */
  long encrypt(AttemptRef attempt) {
    RoundFunction function = new RoundFunction(attempt.attempt());
    long left = attempt.instance() >>> LOW_BITS;
    long right = low(attempt.instance(), LOW_BITS);
    for (int round = 0; round < ROUNDS; round++) {
      long sum = low(left + function.of(round, right), bits(round));
      left = right;
      right = sum;
    }
    return left << LOW_BITS | right;
  }

  /**
   * Returns the id that {@link #encrypt} turns into this number.
   *
   * @param attempt of the instance
   */
  long decrypt(long number, int attempt) {
    RoundFunction function = new RoundFunction(attempt);
    long left = number >>> LOW_BITS;
    long right = low(number, LOW_BITS);
    for (int round = ROUNDS - 1; round >= 0; round--) {
      long difference = low(right - function.of(round, left), bits(round));
      right = left;
      left = difference;
    }
    return left << LOW_BITS | right;
  }

  private static int bits(int round) {
    return round % 2 == 0 ? HIGH_BITS : LOW_BITS;
  }

  private static long low(long value, int bits) {
    return value & ((1L << bits) - 1);
  }

  /** The pseudorandom function of the rounds for one attempt number. */
  private final class RoundFunction {
    private final int tweak;
    private final Cipher aes;
    private final byte[] first;

    RoundFunction(int tweak) {
      this.tweak = tweak;
      try {
        // One block at a time, chained by hand.
        this.aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, key);
        this.first = aes.doFinal(PARAMETERS);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Every Java has AES", e);
      }
    }

    /**
     * @param half below 2^32
     */
    long of(int round, long half) {
      byte[] block =
          ByteBuffer.allocate(BLOCK)
              .putInt(tweak)
              .put(BLOCK - Integer.BYTES - 1, (byte) round)
              .putInt(BLOCK - Integer.BYTES, (int) half)
              .array();
      for (int i = 0; i < BLOCK; i++) {
        block[i] ^= first[i];
      }
      try {
        return ByteBuffer.wrap(aes.doFinal(block)).getLong();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("A block has the size of a block", e);
      }
    }
  }
}
