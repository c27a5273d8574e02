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
    "报表 42, 42",
  })
  void derivesValidNameFromPowerJobName(String jobName, String name) {
    assertThat(JobNameRule.name(jobName, "com.acme.CloseDay")).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "日终结算, com.acme.CloseDay, close-day",
    "日终结算, closeDay, close-day",
    "日终结算, com.acme.HTTPImport2Job, http-import2-job",
    "..., com.acme.Outer$Inner, outer-inner",
    "日终结算, , job",
    "日终结算, com.acme.日终, job",
    "'', '', job"
  })
  void derivesNameFromProcessorWhenJobNameHasNoValidCharacter(
      String jobName, String processor, String name) {
    assertThat(JobNameRule.name(jobName, processor)).isEqualTo(name);
  }

  @Test
  void leavesRoomForNumericSuffix() {
    String name = JobNameRule.name("x".repeat(300), null);

    assertThat(ResourceText.isName(name + "-1234567890")).isTrue();
  }
}
