package dev.orrery.outbound;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Decompresses a response body. Some servers compress although the request does not allow it. */
final class ContentCoding {
  /**
   * The compression method in the first byte of a zlib stream; a raw stream has another value
   * there.
   */
  private static final int ZLIB_METHOD = 8;

  private static final int METHOD_BITS = 0x0F;

  private ContentCoding() {}

  /**
   * A decompressed body.
   *
   * @param truncated whether the body is incomplete
   */
  record Plain(Buffer body, boolean truncated) {
    private static Plain of(byte[] bytes, boolean truncated) {
      return new Plain(Buffer.buffer(bytes), truncated);
    }
  }

  /**
   * Returns the decompressed body, or a sentence instead if the coding is unknown.
   *
   * @param coding the value of {@code Content-Encoding}; may be null
   * @param truncated whether {@code body} is only the beginning of the sent body
   * @param most the maximum bytes to return, however far the body expands
   */
  static Plain decode(byte[] body, String coding, boolean truncated, int most) {
    String name = coding == null ? "" : coding.strip().toLowerCase(Locale.ROOT);
    if (body.length == 0 || name.isEmpty() || name.equals("identity")) {
      return Plain.of(body, truncated);
    }
    try {
      return switch (name) {
        case "gzip", "x-gzip" ->
            expand(new GZIPInputStream(new ByteArrayInputStream(body)), truncated, most);
        case "deflate" -> inflate(body, truncated, most);
        default ->
            Plain.of(
                ("(a body with the Content-Encoding " + name + ", which was not asked for)")
                    .getBytes(StandardCharsets.US_ASCII),
                false);
      };
    } catch (IOException e) {
      // Not what the header says; the bytes may be readable as they are.
      return Plain.of(body, truncated);
    }
  }

  private static Plain inflate(byte[] body, boolean truncated, int most) throws IOException {
    boolean withoutHeader = (body[0] & METHOD_BITS) != ZLIB_METHOD;
    Inflater inflater = new Inflater(withoutHeader);
    try {
      return expand(
          new InflaterInputStream(new ByteArrayInputStream(body), inflater), truncated, most);
    } finally {
      inflater.end();
    }
  }

  private static Plain expand(InputStream coded, boolean truncated, int most) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] chunk = new byte[1024];
    try (coded) {
      while (plain.size() <= most) {
        int read = coded.read(chunk, 0, Math.min(chunk.length, most + 1 - plain.size()));
        if (read < 0) {
          return Plain.of(plain.toByteArray(), truncated);
        }
        plain.write(chunk, 0, read);
      }
    } catch (EOFException e) {
      // The end of the coded body is missing; what came before it is whole.
      return Plain.of(plain.toByteArray(), true);
    }
    return Plain.of(Arrays.copyOf(plain.toByteArray(), most), true);
  }
}
