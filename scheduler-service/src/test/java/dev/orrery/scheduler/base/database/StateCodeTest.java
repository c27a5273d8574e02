package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.orrery.testing.MainSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** State names in SQL statements, which are replaced by their codes. */
class StateCodeTest {
  @Test
  void replacesStateNameWithCode() {
    assertThat(StateCode.resolve("where state in (:READY, :TIMED_OUT) and not limited"))
        .isEqualTo("where state in (1, 12) and not limited");
  }

  @Test
  void leavesTypeCastsUnchanged() {
    assertThat(StateCode.resolve("state::integer = :RUNNING and a::TEXT = ?"))
        .isEqualTo("state::integer = 3 and a::TEXT = ?");
  }

  @Test
  void refusesUnknownStateName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateCode.resolve("state = :REDY"))
        .withMessageContaining("REDY");
  }

  @Test
  void findsNoNumericStateCodesInSources() {
    Pattern number = Pattern.compile("\\bstate(::integer)? (=|<>|in) \\(?[0-9]");
    assertThat(MainSources.of(Path.of("")))
        .hasSizeGreaterThan(800)
        .allSatisfy(source -> assertThat(Files.readString(source)).doesNotContainPattern(number));
  }

  @Test
  void replacesStateNameByGivenFunction() {
    assertThat(StateCode.resolve("state = :READY", String::length)).isEqualTo("state = 5");
  }
}
