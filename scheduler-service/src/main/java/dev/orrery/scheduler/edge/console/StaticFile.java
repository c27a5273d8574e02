package dev.orrery.scheduler.edge.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** A file ready to be sent: its bytes and headers are prepared once, not for each request. */
record StaticFile(String mediaType, Body plain, Optional<Body> gzip) {
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
        body(bytes),
        zipped.length < bytes.length ? Optional.of(body(zipped)) : Optional.empty());
  }

  private static Body body(byte[] bytes) {
    return new Body(Buffer.buffer(bytes), '"' + sha256(bytes) + '"');
  }

  private static String sha256(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
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
