package dev.orrery.protocol.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads text files in UTF-8 that users name. A file beyond its bound is refused before it is read
 * as a whole, because it may be a device without an end.
 */
public final class BoundedFile {
  /** The bound of a file that holds a token. */
  public static final int TOKEN_BYTES = 16 * 1024;

  private BoundedFile() {}

  /**
   * Returns the content of the file.
   *
   * @throws CharacterCodingException if it is not in UTF-8
   * @throws IOException with the bound, if the file is larger
   */
  public static String read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, maxBytes);
    }
  }

  /** Returns all of the stream, under the same conditions as {@link #read(Path, int)}. */
  public static String read(InputStream in, int maxBytes) throws IOException {
    byte[] bytes = in.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw new IOException("it is larger than " + maxBytes / 1024 + " KiB");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
