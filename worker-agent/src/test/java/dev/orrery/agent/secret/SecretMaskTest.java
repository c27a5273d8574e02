package dev.orrery.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
  @ValueSource(strings = {"", "u:", "us:", "usr:", "user:", "{\"p\":\"", "ключ:"})
  void masksBase64OfSecretBehindOtherText(String before) {
    String encoded = base64(before + "hunter22-Geheim" + "!");

    String masked = new SecretMask(List.of("hunter22-Geheim")).apply("Basic " + encoded + " sent");

    assertThat(masked).contains("***").endsWith(" sent").doesNotContain("ZXIyMi1H", "dGVyMjIt");
    assertThat(masked.length()).isLessThanOrEqualTo(encoded.length() - 12 + "Basic  sent".length());
  }

  @ParameterizedTest
  @CsvSource({"76, ''", "64, ''", "60, '  '", "76, 'user:'", "20, 'u:'"})
  void masksEachLineOfWrappedBase64(int columns, String before) {
    String secret = "0123456789-Geheim/ABCDEFG+".repeat(12);
    List<String> lines = List.of(base64(before + secret).split("(?<=\\G.{" + columns + "})"));

    SecretMask ofKey = new SecretMask(List.of(secret));

    assertThat(lines.subList(1, lines.size() - 1))
        .hasSizeGreaterThan(2)
        .allSatisfy(line -> assertThat(ofKey.apply("  " + line)).startsWith("  ***").hasSize(5));
    assertThat(ofKey.apply(String.join("\n", lines)).lines().skip(1).limit(lines.size() - 2L))
        .containsOnly("***");
  }

  @ParameterizedTest
  @CsvSource({
    "%61bc,%61bc",
    "abc/def%2Bghi%C3%B6,***",
    "abc%2fdef%2bghi%c3%b6,***",
    "abc/def%2bghi%c3%b6,***",
    "abc%2Fdef%2Bghi%C3%B6,***",
    "abc/def+ghi\\u00f6,***",
    "abc/def+ghi\\u00F6,***",
    "6162632f6465662b676869c3b6,***",
    "6162632F6465662B676869C3B6,***"
  })
  void masksSecretInEitherCase(String text, String masked) {
    assertThat(new SecretMask(List.of("abc/def+ghiö")).apply("[" + text + "]"))
        .isEqualTo("[" + masked + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "key: line-two-BBBB, key: ***",
    "line-two-BBBB$, ***$",
    "line-one-AAAA line-two-BBBB short, *** *** short",
    "12:00 ERROR line-two-BBBB at x, 12:00 ERROR *** at x"
  })
  void masksLineOfSecretWithinOtherText(String text, String masked) {
    assertThat(
            new SecretMask(List.of("begin-of-key\nline-one-AAAA\nline-two-BBBB\nshort\nend-of-key"))
                .apply(text))
        .isEqualTo(masked);
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

    assertThat(ofKey.apply("  MIIEvQ+ab/c= ")).isEqualTo("  *** ");
    assertThat(ofKey.apply("key:\n-----BEGIN KEY-----\nMIIEvQ+ab/c=\nxy=\n;"))
        .isEqualTo("key:\n***;");
    assertThat(ofKey.apply("xy=")).isEqualTo("xy=");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "'say ', 4",
    "say s, 4",
    "say sesame-lon, 4",
    "say sesame-long, 15",
    "say x-sesame, 4",
    "say x-sesame-, 4",
    "say sesame-long ag, 18",
    "x-x-, 2"
  })
  void cutsWhereNoSecretMayStand(String text, int cut) {
    assertThat(new SecretMask(List.of("x-sesame", "sesame-long")).cut(text)).isEqualTo(cut);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void showsNoMoreOfCutTextThanOfWholeOne(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      List<String> secrets = List.of(letters(random, 6, 2), letters(random, 12, 2));
      SecretMask ofBoth = new SecretMask(secrets);
      String text =
          IntStream.range(0, 12)
              .mapToObj(i -> i % 2 == 0 ? letters(random, 5, 3) : secrets.get(random.nextInt(2)))
              .collect(Collectors.joining());
      int cut = ofBoth.cut(text.substring(0, 20 + random.nextInt(text.length() - 20)));

      String pieces = ofBoth.apply(text.substring(0, cut)) + ofBoth.apply(text.substring(cut));

      assertThat(pieces.replace("*", "").length())
          .as("%s in %s, cut at %d", secrets, text, cut)
          .isLessThanOrEqualTo(ofBoth.apply(text).replace("*", "").length());
    }
  }

  /** Returns a text that overlaps itself, since it has few different letters. */
  private static String letters(Random random, int length, int different) {
    return random
        .ints(length + random.nextInt(length), 'a', 'a' + different)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  @Test
  void masksCutSecretOfRepeatedText() {
    String secret = "0123456789-ABCDEFG/".repeat(20);
    SecretMask ofLong = new SecretMask(List.of(secret));
    for (int n = 1; n < secret.length(); n++) {
      int cut = ofLong.cut("key " + secret.substring(0, n));

      assertThat(ofLong.apply(("key " + secret).substring(0, cut)).replace("***", ""))
          .isEqualTo("key ");
      assertThat(ofLong.apply(("key " + secret).substring(cut) + "!")).isEqualTo("***!");
    }
  }

  @ParameterizedTest
  @CsvSource({"sesame-long, ***", "x x-sesame-long y, x *** y", "x-sesame-lon, ***"})
  void masksOverlappingSecrets(String text, String masked) {
    assertThat(new SecretMask(List.of("x-sesame", "sesame-long")).apply(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "'', b", "b, ''", "b, b"})
  void masksLongSecretOfOneLetterAsFastAsShortOne(String before, String after) {
    String text = "a".repeat(1 << 20);
    SecretMask ofLong = new SecretMask(List.of(before + "a".repeat(1 << 15) + after));

    long nanos = nanos(ofLong, text);

    assertThat(nanos).isLessThan(20 * nanos(new SecretMask(List.of("aaaaaaaa")), text));
  }

  private static long nanos(SecretMask mask, String text) {
    return LongStream.range(0, 5)
        .map(
            run -> {
              long startedAt = System.nanoTime();
              assertThat(mask.apply(text)).isNotNull();
              return System.nanoTime() - startedAt;
            })
        .min()
        .orElseThrow();
  }

  @Test
  void returnsOtherTextUnchanged() {
    assertThat(mask.apply(null)).isNull();
    assertThat(mask.apply("")).isEmpty();
    assertThat(new SecretMask(List.of()).apply("text")).isEqualTo("text");
  }
}
