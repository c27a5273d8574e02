package dev.orrery.scheduler.extras.statistics;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndCountQueryTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:30:30Z");

  @Test
  void queriesLastHourPerMinuteByDefault() {
    assertThat(EndCountQuery.read(NOW, null, null, null))
        .isEqualTo(
            new EndCountQuery(
                Instant.parse("2026-03-10T11:30:00Z"),
                Instant.parse("2026-03-10T12:31:00Z"),
                EndCountSpan.MINUTE));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-10T06:30:30Z, MINUTE",
    "2026-03-10T06:30:29Z, TEN_MINUTES",
    "2026-03-08T12:30:30Z, TEN_MINUTES",
    "2026-03-08T12:30:29Z, HOUR",
    "2026-03-02T12:30:30Z, HOUR",
  })
  void selectsShortestBucketKeptSinceStart(String from, EndCountSpan bucket) {
    assertThat(EndCountQuery.read(NOW, from, null, null).bucket()).isEqualTo(bucket);
  }

  @Test
  void widensRangeToWholeBuckets() {
    EndCountQuery query =
        EndCountQuery.read(NOW, "2026-03-10T10:59:00Z", "2026-03-10T12:00:00Z", "PT1H");

    assertThat(query.from()).isEqualTo("2026-03-10T10:00:00Z");
    assertThat(query.until()).isEqualTo("2026-03-10T12:00:00Z");
    assertThat(query.buckets()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          from   | 2026-03-10T06:30:29Z |                      | PT1M | 'from' must be at most PT6H ago for buckets of PT1M; longer
          from   | 2026-03-02T12:30:29Z |                      |      | 'from' must be at most PT192H ago for buckets of PT1H.
          from   | 2026-03-10T12:30:30Z | 2026-03-10T12:30:30Z |      | 'from' must be before 'until'.
          until  | 2026-03-10T12:00:00Z | 2026-03-10T18:00:01Z | PT1M | 'until' must be at most PT6H after 'from'
          bucket |                      |                      | PT2M | 'bucket' must be one of PT1M, PT10M, PT1H; got 'PT2M'.
          """)
  void refusesRangeBeyondRetention(
      String field, String from, String until, String bucket, String message) {
    assertProblem(ErrorCode.INVALID, field, () -> EndCountQuery.read(NOW, from, until, bucket))
        .hasMessageContaining(message);
  }
}
