package dev.orrery.powerjob.akka;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;

/**
 * Kryo input that rejects counts larger than the rest of the message, before Kryo allocates that
 * many elements. Kryo reads counts, and ids of classes and objects, as positive numbers of variable
 * length.
 */
final class BoundedInput extends Input {
  /** A small id may be larger than what is left. */
  private static final int SMALL = 64;

  BoundedInput(byte[] bytes) {
    super(bytes);
  }

  @Override
  public byte[] readBytes(int length) {
    return super.readBytes(bounded(length));
  }

  @Override
  public int readVarInt(boolean optimizePositive) {
    int read = super.readVarInt(optimizePositive);
    return optimizePositive ? bounded(read) : read;
  }

  @Override
  public int readVarIntFlag(boolean optimizePositive) {
    int read = super.readVarIntFlag(optimizePositive);
    return optimizePositive ? bounded(read) : read;
  }

  private int bounded(int count) {
    if (count < 0 || count > Math.max(SMALL, limit - position)) {
      throw new KryoException("A count is larger than the message");
    }
    return count;
  }
}
