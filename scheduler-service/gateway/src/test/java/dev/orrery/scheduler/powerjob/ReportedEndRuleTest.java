package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.powerjob.InstanceReport;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.scheduler.powerjob.ReportedEndRule.Stop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedEndRuleTest {
  private static final AttemptRef ATTEMPT = new AttemptRef(7, 2);
  private static final int SUCCEED = 5;
  private static final int FAILED = 4;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // status, text, run time, ended ago, time-out, stopped ago: outcome, result, error
        "5, done,  500,  10,    -,   -, SUCCEEDED, done, -",
        "5, done,  999,  10, 1000,   -, SUCCEEDED, done, -",
        "5, done, 1000,  10, 1000,   -, TIMED_OUT, done, timed out",
        "5, done,    -,   -, 1000,   -, SUCCEEDED, done, -",
        "5, done,  500,  10,    - , 11, CANCELED,  done, -",
        "5, done,  500,   -,    - , 11, CANCELED,  done, -",
        "5, done, 1500,  10, 1000,  11, CANCELED,  done, -",
        // It ended before it was stopped, and could not report.
        "5, done,  500,  11,    -,  11, SUCCEEDED, done, -",
        "5, done, 1500,  90, 1000,  11, TIMED_OUT, done, timed out",
        "4, bad,   500,  10, 1000,   -, FAILED,    -, bad",
        "4, bad,  1500,  10, 1000,   -, TIMED_OUT, -, bad",
        "4, bad,   500,  10,    -,  11, CANCELED,  -, -",
        "4, -,     500,  10,    -,   -, FAILED,    -, ''",
        "4, 'instance execute timeout,interrupted success', 500, 10, -, -, TIMED_OUT, -,"
            + " 'instance execute timeout,interrupted success'",
        "5, 'instance execute timeout', 500, 10, -, -, SUCCEEDED, instance execute timeout, -",
      })
  void derivesOutcomeFromReportAndStop(
      int status,
      String text,
      Long runTime,
      Long endedAgo,
      Long timeout,
      Long stoppedAgo,
      Outcome outcome,
      String result,
      String error) {
    Long ended = runTime == null ? null : 1_000_000 + runTime;
    InstanceReport report =
        new InstanceReport(
            1,
            1,
            99,
            status,
            text,
            1,
            status == SUCCEED ? 1 : 0,
            status == FAILED ? 1 : 0,
            1_000_000L,
            ended,
            endedAgo == null ? null : ended + endedAgo,
            "127.0.0.1:1");

    assertThat(ReportedEndRule.of(ATTEMPT, report, new Stop(timeout, stoppedAgo)))
        .isEqualTo(new AttemptReport(7, 2, outcome, result, error, null, runTime));
  }
}
