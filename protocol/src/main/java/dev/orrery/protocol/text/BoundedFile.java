package dev.orrery.protocol.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads UTF-8 text files that users name. Reads at most a given number of bytes, because the file
 * may be an endless device.
 */
public final class BoundedFile {
  /** The maximum size of a token file. */
  public static final int TOKEN_BYTES = 16 * 1024;

  private BoundedFile() {}

  /**
   * Returns the content of the file.
   *
   * @throws CharacterCodingException if it is not UTF-8
   * @throws IOException naming the bound, if the file is larger
   */
  public static String read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, maxBytes);
    }
  }

  /** Reads the stream to its end, with the bounds and errors of {@link #read(Path, int)}. */
  public static String read(InputStream in, int maxBytes) throws IOException {
    byte[] bytes = in.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw new IOException("it is larger than " + maxBytes / 1024 + " KiB");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
