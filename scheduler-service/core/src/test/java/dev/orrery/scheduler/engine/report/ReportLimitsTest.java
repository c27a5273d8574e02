package dev.orrery.scheduler.engine.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportLimitsTest {
  private static final String CUT = "… (truncated)";

  @Test
  void keepsTextWithinLimitUnchanged() {
    assertThat(ReportLimits.result(null)).isNull();
    assertThat(ReportLimits.result("")).isEmpty();
    assertThat(ReportLimits.result("x".repeat(16 * 1024))).isEqualTo("x".repeat(16 * 1024));
    assertThat(ReportLimits.error("x".repeat(4 * 1024))).isEqualTo("x".repeat(4 * 1024));
  }

  @Test
  void truncatesOversizedTextWithMarker() {
    String result = ReportLimits.result("x".repeat(16 * 1024 + 1));
    String error = ReportLimits.error("x".repeat(100_000));

    assertThat(result).startsWith("xxx").endsWith("x… (truncated, 16385 bytes)");
    assertThat(result.getBytes(UTF_8)).hasSize(16 * 1024);
    assertThat(error).endsWith("x" + CUT);
    assertThat(error.getBytes(UTF_8)).hasSize(4 * 1024);
  }

  @Test
  void derivesWeightFromNumberOfReportsAndTextSizes() {
    EndedAttempt small = end(null, "x".repeat(511));
    EndedAttempt large = end("x".repeat(16 * 1024), "x".repeat(4 * 1024));

    assertThat(ReportLimits.weight(List.of(small, small))).isEqualTo(2);
    assertThat(ReportLimits.weight(List.of(small, large))).isEqualTo(2 + 32 + 8);
  }

  private static EndedAttempt end(String result, String error) {
    return new EndedAttempt(null, AttemptEnd.FAILED, true, result, error, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"é", "€", "\uD83D\uDE00"})
  void truncatesOnlyAtCharacterBoundary(String character) {
    for (int offset = 0; offset < 4; offset++) {
      String error = ReportLimits.error("x".repeat(offset) + character.repeat(5000));

      assertThat(error).doesNotContain("\uFFFD").endsWith(character + CUT);
      assertThat(error.getBytes(UTF_8).length).isBetween(4 * 1024 - 3, 4 * 1024);
    }
  }

  @Test
  void limitsTextByBytesRatherThanCharacters() {
    assertThat(ReportLimits.error("€".repeat(1365))).isEqualTo("€".repeat(1365));
    assertThat(ReportLimits.error("€".repeat(1366))).endsWith(CUT);
  }

  @Test
  void replacesNulCharacters() {
    assertThat(ReportLimits.result("a\0b\0")).isEqualTo("a\uFFFDb\uFFFD");
  }

  @Test
  void appliesLimitAfterReplacingNulCharacters() {
    String error = ReportLimits.error("\0".repeat(4 * 1024));

    assertThat(error).doesNotContain("\0").endsWith(CUT);
    assertThat(error.getBytes(UTF_8).length).isLessThanOrEqualTo(4 * 1024);
  }

  @Test
  void clampsRunTimeToBounds() {
    long longest = ReportLimits.MAX_RUN.toMillis();

    assertThat(ReportLimits.runTime(null)).isNull();
    assertThat(ReportLimits.runTime(-1L)).isZero();
    assertThat(ReportLimits.runTime(longest)).isEqualTo(longest);
    assertThat(ReportLimits.runTime(longest + 1)).isEqualTo(longest);
  }
}
