package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.text.ResourceText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobNameRuleTest {
  @ParameterizedTest
  @CsvSource({
    "nightly-report, nightly-report",
    "Nightly report!, nightly-report",
    "'  a  /  b  ', a-b",
    "v1.2_x, v1.2_x",
    "api-noop-2_COPY, api-noop-2_copy",
    "夜间报表, job",
    "报表 42, 42",
    "..., job",
    "'', job"
  })
  void derivesValidNameFromPowerJobName(String jobName, String name) {
    assertThat(JobNameRule.name(jobName)).isEqualTo(name);
  }

  @Test
  void leavesRoomForNumericSuffix() {
    String name = JobNameRule.name("x".repeat(300));

    assertThat(ResourceText.isName(name + "-1234567890")).isTrue();
  }
}
