package dev.orrery.docs.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutputShapeTest {
  @Test
  void ignoresDifferencesInNumbersDurationsAndBlanks() {
    assertThat(
            OutputShape.matches(
                "instance 249\nSUCCEEDED after 331ms: exit code 0",
                "instance 1\n\nSUCCEEDED  after 1.2s: exit code 7\n"))
        .isTrue();
    assertThat(OutputShape.matches("ready in 5.5 s", "ready in 900 ms")).isTrue();
    assertThat(OutputShape.matches("26s ago  x", "1m16s ago  x")).isTrue();
    assertThat(OutputShape.matches("next 10:08:03.412Z", "next 01:02:03.9Z")).isTrue();
  }

  @Test
  void detectsDifferentWordsAndLines() {
    assertThat(OutputShape.matches("SUCCEEDED after 1s", "FAILED after 1s")).isFalse();
    assertThat(OutputShape.matches("hello, you", "hello, me")).isFalse();
    assertThat(OutputShape.matches("one line", "one line\nand another")).isFalse();
    assertThat(OutputShape.matches("one line\nand another", "one line")).isFalse();
    assertThat(OutputShape.matches("took 5 s", "took 5 apples")).isFalse();
  }

  @Test
  void comparesNumbersOfLinesOfFiles() {
    assertThat(OutputShape.matches("a.yaml, line 46: 3 x", "a.yaml, line 46: 5 x")).isTrue();
    assertThat(OutputShape.matches("a.yaml, line 46: x", "a.yaml, line 47: x")).isFalse();
  }

  @Test
  void matchesEllipsisWithAnyLinesOrText() {
    assertThat(OutputShape.matches("a\n…\nz", "a\nb\nc\nz")).isTrue();
    assertThat(OutputShape.matches("a\n…\nz", "a\nz")).isTrue();
    assertThat(OutputShape.matches("a\n…\nz", "a\nb\nc")).isFalse();
    assertThat(OutputShape.matches("token … of app demo", "token xyz of app demo")).isTrue();
    assertThat(OutputShape.matches("token … of app demo", "token xyz of app shop")).isFalse();
  }

  @Test
  void matchesLinesInAnyOrder() {
    assertThat(OutputShape.matchesInAnyOrder("z 1\n…\na", "a\nb\nz 2")).isTrue();
    assertThat(OutputShape.matchesInAnyOrder("z 1\nc", "a\nb\nz 2")).isFalse();
  }
}
