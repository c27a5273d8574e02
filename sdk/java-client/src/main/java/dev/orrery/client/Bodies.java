package dev.orrery.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the body of a response as a whole, up to a maximum size. */
final class Bodies {
  /** The scheduler's own pages have 1 MiB, and plans of 1000 jobs some more. */
  static final int MAX_BYTES = 16 << 20;

  private Bodies() {}

  /**
   * @throws OrreryException if the body is larger than 16 MiB
   */
  static byte[] read(BodyStream stream) throws IOException {
    try (stream) {
      stream.limitWhole();
      byte[] body = stream.readNBytes(MAX_BYTES + 1);
      if (body.length > MAX_BYTES) {
        throw OrreryException.notOrrery("The response is larger than " + MAX_BYTES + " bytes.");
      }
      return body;
    }
  }

  static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}
