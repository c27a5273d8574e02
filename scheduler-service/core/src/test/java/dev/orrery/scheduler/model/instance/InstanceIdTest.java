package dev.orrery.scheduler.model.instance;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceIdTest {
  @Test
  void parsesIdsUpTo63Bits() {
    assertThat(InstanceId.parse("0")).isZero();
    assertThat(InstanceId.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void encodesCreationMillisecondInId() {
    Instant instant = Instant.parse("2027-03-28T01:00:00.002Z");
    long first = InstanceId.at(instant);

    assertThat(InstanceId.createdAt(first)).isEqualTo(instant);
    assertThat(InstanceId.createdAt(first + (1 << 22) - 1)).isEqualTo(instant);
    assertThat(InstanceId.createdAt(first - 1)).isEqualTo(instant.minusMillis(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "abc", "1.0", "0x10", " 1", "9223372036854775808"})
  void reportsMalformedIdAsInstanceNotFound(String text) {
    assertProblem(ErrorCode.INSTANCE_NOT_FOUND, null, () -> InstanceId.parse(text))
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void clampsIdOfOutOfRangeTime() {
    assertThat(InstanceId.at(Instant.parse("2025-01-01T00:00:00.001Z"))).isEqualTo(1L << 22);
    assertThat(InstanceId.at(Instant.parse("9999-12-31T23:59:59Z"))).isEqualTo(Long.MAX_VALUE);
    assertThat(InstanceId.at(Instant.EPOCH)).isNegative();
  }
}
