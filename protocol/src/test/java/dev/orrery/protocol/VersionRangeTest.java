package dev.orrery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "1, 3, 1, 3, 3",
    "1, 3, 2, 5, 3",
    "2, 5, 1, 3, 3",
    "1, 9, 4, 6, 6",
    "1, 2, 2, 3, 2",
    "1, 1, 2, 2, ",
    "3, 4, 1, 2, "
  })
  void returnsHighestVersionSharedByBothRanges(
      int min, int max, int otherMin, int otherMax, Integer shared) {
    VersionRange one = new VersionRange(min, max);
    VersionRange other = new VersionRange(otherMin, otherMax);

    OptionalInt expected = shared == null ? OptionalInt.empty() : OptionalInt.of(shared);
    assertThat(one.highestShared(other)).isEqualTo(expected);
    assertThat(other.highestShared(one)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "2, 1", "0, 0"})
  void refusesInvalidRange(int min, int max) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VersionRange(min, max))
        .withMessageContaining(min + " to " + max);
  }

  @Test
  void formatsSingleVersionAsNumberAndSeveralAsRange() {
    assertThat(new VersionRange(2, 2)).hasToString("2");
    assertThat(new VersionRange(1, 3)).hasToString("1..3");
  }
}
