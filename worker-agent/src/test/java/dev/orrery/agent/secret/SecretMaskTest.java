package dev.orrery.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
  private static final String SECRET = "p@ss \"wörd\" 1*~/+";

  private final SecretMask mask = new SecretMask(List.of(SECRET));

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void masksSecretInEachEncoding() {
    String bytes = base64(SECRET);
    String query = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);

    assertThat(mask.apply("a " + SECRET + SECRET + " b")).isEqualTo("a ****** b");
    assertThat(mask.apply("x=" + query + "&y")).isEqualTo("x=***&y");
    assertThat(mask.apply("/p%40ss%20%22w%C3%B6rd%22%201%2A~%2F%2B/")).isEqualTo("/***/");
    assertThat(mask.apply("Basic " + bytes)).startsWith("Basic ***").doesNotContain(bytes);
    assertThat(mask.apply("{\"a\":\"p@ss \\\"wörd\\\" 1*~/+\"}")).isEqualTo("{\"a\":\"***\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sesame", "sesame1", "sesame12"})
  void masksBase64OfSecretWithLineEnd(String secret) {
    String encoded = base64(secret + "\n");

    String masked = new SecretMask(List.of(secret)).apply("[" + encoded + "]");

    assertThat(masked).startsWith("[***").hasSizeLessThanOrEqualTo("[***xxxx]".length());
  }

  @ParameterizedTest
  @CsvSource({
    "open-sesame, ***",
    "say open-sesame-2, say ***",
    "say open-sesame, say ***",
    "say open-seas, say open-seas",
    "say open-s, say ***",
    "-sesame is cut, *** is cut",
    "say open-, say open-"
  })
  void masksSecretTruncatedAtEitherEnd(String text, String masked) {
    assertThat(new SecretMask(List.of("open-sesame", "open-sesame-2")).apply(text))
        .isEqualTo(masked);
  }

  @Test
  void masksEachLineOfMultilineSecret() {
    SecretMask ofKey = new SecretMask(List.of("-----BEGIN KEY-----\nMIIEvQ+ab/c=\nxy=\n"));

    assertThat(ofKey.apply("  MIIEvQ+ab/c= ")).isEqualTo("***");
    assertThat(ofKey.apply("key:\n-----BEGIN KEY-----\nMIIEvQ+ab/c=\nxy=\n;"))
        .isEqualTo("key:\n***;");
    assertThat(ofKey.apply("xy=")).isEqualTo("xy=");
  }

  @Test
  void returnsOtherTextUnchanged() {
    assertThat(mask.apply(null)).isNull();
    assertThat(mask.apply("")).isEmpty();
    assertThat(new SecretMask(List.of()).apply("text")).isEqualTo("text");
  }
}
