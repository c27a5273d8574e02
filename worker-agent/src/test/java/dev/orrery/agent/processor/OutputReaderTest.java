package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.agent.secret.SecretContext;
import dev.orrery.protocol.message.MessageLimits;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputReaderTest {
  private static final String SECRET = "hunter22";

  @TempDir Path directory;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final FakeContext log = new FakeContext(null);

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private SecretContext with(String secret) {
    return new SecretContext(log, Map.of("token", secret));
  }

  private OutputReader start(String secret, String script) throws IOException {
    Process program =
        new ProcessBuilder("/bin/sh", "-c", script).directory(directory.toFile()).start();
    return OutputReader.start(program.getInputStream(), "stdout", with(secret), timer);
  }

  private OutputReader read(String secret, List<String> lines) throws Exception {
    Files.write(directory.resolve("lines"), lines);
    OutputReader reader = start(secret, "cat lines");
    reader.awaitEnd();
    return reader;
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Stream<String> forms(String secret) {
    return Stream.of(
        secret,
        HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)),
        URLEncoder.encode(secret, StandardCharsets.UTF_8),
        base64(secret),
        base64("u" + secret),
        base64("us" + secret));
  }

  /** The masks of the parts of a secret count as one, and so do fillers. */
  private static String joined(Stream<String> masked) {
    return masked
        .collect(Collectors.joining())
        .replaceAll("_+", "_")
        .replaceAll("(\\*\\*\\*)+", "***");
  }

  @ParameterizedTest
  @ValueSource(strings = {SECRET, "hunter22-Geheim%+\u00fc\ud83d\ude00"})
  void masksSecretAcrossCutOfLongLine(String secret) throws Exception {
    List<String> lines =
        forms(secret)
            .flatMap(
                form ->
                    IntStream.rangeClosed(8_191 - form.length(), 8_193)
                        .mapToObj(before -> "_".repeat(before) + form + "!"))
            .toList();

    read(secret, lines);

    List<String> uncut = lines.stream().map(with(secret)::masked).toList();
    assertThat(uncut).allSatisfy(line -> assertThat(line).contains("***"));
    assertThat(joined(log.texts("stdout").stream())).isEqualTo(joined(uncut.stream()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 15, 16, 17})
  void masksSecretLongerThanLine(int rest) throws Exception {
    String secret = "0123456789-ABCDEFG/".repeat(900).substring(0, 2 * 8_192 + rest);

    read(secret, List.of("key: " + secret + "!", secret, "_".repeat(8_190) + secret));

    assertThat(joined(log.texts("stdout").stream())).isEqualTo("key: ***!***_***");
  }

  @ParameterizedTest
  @CsvSource({
    "token hunt, er22 sent, 'token ', *** sent",
    "token h, unter22 sent, 'token ', *** sent",
    "token h, ello, 'token ', hello",
    "Basic dTpodW50, ZXIyMg==, Basic dTpo, ***Mg=="
  })
  void masksSecretThatArrivesInTwoParts(String first, String rest, String logged, String last)
      throws Exception {
    OutputReader reader =
        start(
            SECRET,
            "printf '%s'; until [ -e go ]; do sleep 0.05; done; echo '%s'".formatted(first, rest));
    Awaitility.await().until(() -> !log.texts("stdout").isEmpty());

    Files.createFile(directory.resolve("go"));
    reader.awaitEnd();

    assertThat(log.texts("stdout")).containsExactly(logged, last);
  }

  @Test
  void masksSecretAcrossCutInLastLine() throws Exception {
    OutputReader reader = read(SECRET, List.of("_".repeat(8_188) + SECRET + " is wrong"));

    assertThat(reader.lastLine().orElseThrow()).endsWith("_*** is wrong");
  }

  @Test
  void masksSecretTruncatedByResultLimit() throws Exception {
    for (int before = MessageLimits.MAX_RESULT_BYTES - 60;
        before <= MessageLimits.MAX_RESULT_BYTES;
        before++) {
      OutputReader reader =
          read(SECRET, List.of("::result " + "_".repeat(before) + SECRET + "_".repeat(9_000)));

      assertThat(reader.result().orElseThrow()).contains("truncated").doesNotContain("_h");
    }
  }
}
