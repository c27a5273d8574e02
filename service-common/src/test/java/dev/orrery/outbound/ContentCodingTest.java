package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {
  private static final int MAX_BYTES = 16 * 1024;
  private static final String TEXT = "{\"name\": \"köln\"}";

  @ParameterizedTest
  @CsvSource({"gzip, gzip", "GZIP, gzip", "x-gzip, gzip", "deflate, zlib", "deflate, raw"})
  void decodesGzipAndDeflate(String coding, String format) throws IOException {
    ContentCoding.Plain plain = ContentCoding.decode(coded(TEXT, format), coding, false, MAX_BYTES);

    assertThat(text(plain)).isEqualTo(TEXT);
    assertThat(plain.truncated()).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "identity", "Identity"})
  void keepsBodyWithoutContentCoding(String coding) {
    byte[] body = TEXT.getBytes(StandardCharsets.UTF_8);

    assertThat(ContentCoding.decode(body, coding, true, MAX_BYTES))
        .isEqualTo(new ContentCoding.Plain(Buffer.buffer(body), true));
  }

  @Test
  void keepsPlainBodyDespiteContentEncodingHeader() {
    byte[] body = TEXT.getBytes(StandardCharsets.UTF_8);

    for (String coding : new String[] {"gzip", "deflate"}) {
      assertThat(text(ContentCoding.decode(body, coding, false, MAX_BYTES))).isEqualTo(TEXT);
    }
    assertThat(ContentCoding.decode(new byte[0], "gzip", false, MAX_BYTES).body().length())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip, gzip"})
  void replacesBodyOfUnknownCodingWithPlaceholder(String coding) {
    assertThat(text(ContentCoding.decode(new byte[] {1, 2, 3}, coding, false, MAX_BYTES)))
        .isEqualTo("(a body with the Content-Encoding " + coding + ", which was not asked for)");
  }

  @Test
  void expandsCompressedBodyOnlyUpToLimit() throws IOException {
    byte[] bomb = coded("x".repeat(10_000_000), "gzip");
    assertThat(bomb.length).isLessThan(MAX_BYTES);

    ContentCoding.Plain plain = ContentCoding.decode(bomb, "gzip", false, MAX_BYTES);

    assertThat(plain.body().length()).isEqualTo(MAX_BYTES);
    assertThat(plain.truncated()).isTrue();
  }

  @Test
  void keepsBodyOfMaximumSize() throws IOException {
    ContentCoding.Plain plain =
        ContentCoding.decode(coded("x".repeat(MAX_BYTES), "gzip"), "gzip", false, MAX_BYTES);

    assertThat(plain.body().length()).isEqualTo(MAX_BYTES);
    assertThat(plain.truncated()).isFalse();
  }

  @Test
  void decodesBeginningOfTruncatedBody() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      lines.append("line ").append(i).append(" of ").append(i * 7919 % 1000).append('\n');
    }
    byte[] whole = coded(lines.toString(), "gzip");

    ContentCoding.Plain plain =
        ContentCoding.decode(Arrays.copyOf(whole, whole.length / 2), "gzip", true, MAX_BYTES);

    assertThat(text(plain)).startsWith("line 0 of 0\nline 1 of 919\n");
    assertThat(plain.truncated()).isTrue();
  }

  private static byte[] coded(String text, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (format) {
          case "gzip" -> new GZIPOutputStream(bytes);
          case "zlib" -> new DeflaterOutputStream(bytes);
          default -> new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_SPEED, true));
        }) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String text(ContentCoding.Plain plain) {
    return plain.body().toString(StandardCharsets.UTF_8);
  }
}
