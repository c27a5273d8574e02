package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
  private final Capabilities capabilities =
      new Capabilities(1, List.of("noop", "java:x"), List.of("gpu", "eu"));

  @Test
  void ignoresOrderAndDuplicatesOfProcessorsAndTags() {
    assertThat(new Capabilities(1, List.of("shell", "noop", "noop"), List.of("b", "a")))
        .isEqualTo(new Capabilities(1, List.of("noop", "shell"), List.of("a", "b", "b")))
        .isNotEqualTo(new Capabilities(2, List.of("noop", "shell"), List.of("a", "b")));
  }

  @ParameterizedTest
  @CsvSource({
    "noop, '', true",
    "noop, gpu, true",
    "noop, eu gpu, true",
    "noop, us, false",
    "noop, gpu us, false",
    "shell, '', false"
  })
  void matchesProcessorWhenWorkerHasAllRequiredTags(
      String processor, String tags, boolean matches) {
    List<String> required = Arrays.stream(tags.split(" ")).filter(tag -> !tag.isEmpty()).toList();

    assertThat(capabilities.matches(1, processor, required)).isEqualTo(matches);
  }

  @Test
  void matchesNoRunOfAnotherApp() {
    assertThat(capabilities.matches(2, "noop", List.of())).isFalse();
  }
}
