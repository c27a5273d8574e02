package dev.orrery.scheduler.edge.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** A file ready to be sent: its bytes and headers are prepared once, not for each request. */
record StaticFile(String mediaType, String cacheControl, Body plain, Optional<Body> gzip) {
  /** A browser asks each time whether its copy is current. */
  private static final String REVALIDATED = "no-cache";

  /** A browser keeps its copy, and does not ask for it on a reload either. */
  private static final String KEPT = "public, max-age=31536000, immutable";

  private static final String TEXT = "text/plain; charset=utf-8";

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "png", "image/png",
          "svg", "image/svg+xml",
          "webp", "image/webp");

  /**
   * One encoding of a file.
   *
   * @param etag with quotes; it differs between encodings, as RFC 9110 requires
   */
  record Body(Buffer bytes, String etag) {}

  /**
   * @param name its extension selects the media type
   */
  static StaticFile of(String name, byte[] bytes) {
    String mediaType = MEDIA_TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), TEXT);
    byte[] zipped = zip(bytes);
    return new StaticFile(
        mediaType,
        REVALIDATED,
        body(bytes),
        zipped.length < bytes.length ? Optional.of(body(zipped)) : Optional.empty());
  }

  /** Returns the same file for an address that no other content will ever have. */
  StaticFile kept() {
    return new StaticFile(mediaType, KEPT, plain, gzip);
  }

  private static Body body(byte[] bytes) {
    return new Body(Buffer.buffer(bytes), '"' + ContentHash.of(bytes) + '"');
  }

  private static byte[] zip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
