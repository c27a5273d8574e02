package dev.orrery.scheduler.http.rest;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.protocol.ErrorCode;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
                             |               |
                             |               | "7-1"
          "7-1"              |               | "7-1"
          "1-1", "7-1"       |               | "7-1"
          "1-1","7-1"        |               | "7-1"
          *                  |               | "7-1"
          W/"7-1"            |               | "7-1"
          "1-1", W/"7-1"     |               | "7-1"
          "7-1-gzip"         |               | "7-1"
          W/"7-1-gzip"       |               | "7-1"
          "7-1--gzip"        |               | "7-1"
          "7-1;gzip"         |               | "7-1"
          "7-1:br"           |               | "7-1"
          "7-1-zstd","1-1"   |               | "7-1"
          "7-1"-gzip         |               | "7-1"
          "7-1-br-gzip"      |               | "7-1"
                             | W/"1-1"       | "7-1"
                             | "7-1-1-gzip"  | "7-1"
                             | *             |
                             | "7-1"         |
                             | "1-1"         | "7-1"
                             | "1-1", "2-2"  | "7-1"
          "7-1"              | "1-1"         | "7-1"
          """)
  void allowsWriteWhenPreconditionsHold(String ifMatch, String ifNoneMatch, String etag) {
    assertThatCode(
            () -> new Preconditions(ifMatch, ifNoneMatch).require(Optional.ofNullable(etag), "job"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          "7-1"        |              | "7-2" | If-Match does not hold: the job is at "7-2".
          7-2          |              | "7-2" | If-Match does not hold: the job is at "7-2".
          W/"7-1"      |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "7-1-gzip"   |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "7-2-"       |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "7-2gzip"    |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "7-2-3-gzip" |              | "7-2" | If-Match does not hold: the job is at "7-2".
          W/7-2        |              | "7-2" | If-Match does not hold: the job is at "7-2".
          W/           |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "1-1","7-1"  |              | "7-2" | If-Match does not hold: the job is at "7-2".
          ''           |              | "7-2" | If-Match does not hold: the job is at "7-2".
          "7-1"        |              |       | If-Match does not hold: there is no such job.
          *            |              |       | If-Match does not hold: there is no such job.
                       | *            | "7-2" | If-None-Match does not hold: the job is at "7-2".
                       | "7-2"        | "7-2" | If-None-Match does not hold: the job is at "7-2".
                       | W/"7-2"      | "7-2" | If-None-Match does not hold: the job is at "7-2".
                       | "7-2-gzip"   | "7-2" | If-None-Match does not hold: the job is at "7-2".
                       | "1-1","7-2"  | "7-2" | If-None-Match does not hold: the job is at "7-2".
          "7-2"        | "7-2"        | "7-2" | If-None-Match does not hold: the job is at "7-2".
          """)
  void refusesWriteAndNamesFailedPreconditionAndCurrentVersion(
      String ifMatch, String ifNoneMatch, String etag, String detail) {
    assertProblem(
            ErrorCode.PRECONDITION_FAILED,
            null,
            () -> new Preconditions(ifMatch, ifNoneMatch).require(Optional.ofNullable(etag), "job"))
        .hasMessageContaining(detail);
  }
}
