package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobApplyReaderTest {
  private static final String NOOP = "{\"name\":\"%s\",\"processor\":{\"type\":\"noop\"}}";

  private final JobApplyReader reader = new JobApplyReader(new ObjectMapper());

  @Test
  void readsDocumentsInOrderWithEtags() {
    JobApplyRequest request =
        read(
            """
            {"owner": "billing-repo", "prune": true, "jobs": [
              {"name": "zebra", "processor": {"type": "noop"}, "etag": "\\"7-1\\""},
              {"name": "ape", "processor": {"type": "noop"}, "status": {"version": 3}}]}
            """);

    assertThat(request.names()).containsExactly("zebra", "ape");
    assertThat(request.jobs())
        .extracting(JobApplyRequest.Entry::etag)
        .containsExactly("\"7-1\"", null);
    assertThat(request.owner()).isEqualTo("billing-repo");
    assertThat(request.prune()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"W/\"7-1\"", "\"7-1-gzip\"", "\"7-1--gzip\"", "\"7-1;br\""})
  void readsEtagThatProxyHasChanged(String etag) {
    String file =
        "{\"jobs\": [{\"name\": \"a\", \"etag\": \"%s\", \"processor\": {\"type\": \"noop\"}}]}";

    assertThat(read(file.formatted(etag.replace("\"", "\\\""))).jobs())
        .extracting(JobApplyRequest.Entry::etag)
        .containsExactly("\"7-1\"");
  }

  @Test
  void acceptsMissingOwnerAndPrune() {
    JobApplyRequest request = read("{\"jobs\": []}");

    assertThat(request.jobs()).isEmpty();
    assertThat(request.owner()).isNull();
    assertThat(request.prune()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INVALID   | jobs         | {}
          INVALID   | jobs         | {"jobs": null}
          MALFORMED | jobs         | {"jobs": {}}
          MALFORMED | jobs[0]      | {"jobs": [7]}
          INVALID   | jobs[0].name | {"jobs": [{"processor": {"type": "noop"}}]}
          MALFORMED | jobs[0].name | {"jobs": [{"name": 1, "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].name | {"jobs": [{"name": "a b", "processor": {"type": "noop"}}]}
          MALFORMED | jobs[0].etag | {"jobs": [{"name": "a", "etag": 1, "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].etag | {"jobs": [{"name": "a", "etag": "7-1", "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].etag | {"jobs": [{"name": "a", "etag": "\\"7-1-tar\\"", "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].processor | {"jobs": [{"name": "a"}]}
          INVALID   | jobs[0].owner | {"jobs": [{"name": "a", "owner": "x", "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].trigger.cron | {"jobs": [{"name": "a", "trigger": {"cron": "at three"}, "processor": {"type": "noop"}}]}
          INVALID   | jobs[0].processor.command[0] | {"jobs": [{"name": "a", "processor": {"type": "shell", "command": ["${nothing}"]}}]}
          INVALID   | jobs[1].name | {"jobs": [{"name": "a", "processor": {"type": "noop"}}, {"name": "a", "processor": {"type": "noop"}}]}
          INVALID   | owner        | {"jobs": [], "owner": "a b"}
          MALFORMED | owner        | {"jobs": [], "owner": 1}
          MALFORMED | prune        | {"jobs": [], "owner": "a", "prune": "yes"}
          INVALID   | prune        | {"jobs": [], "prune": true}
          INVALID   | declaration  | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "declaration": {"version": 1}}
          INVALID   | jobs         | {"jobs": [], "owner": "a", "declaration": {"version": 1}}
          INVALID   | declaration.version | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "owner": "a", "declaration": {}}
          INVALID   | declaration.version | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "owner": "a", "declaration": {"version": "1.4.2"}}
          MALFORMED | declaration.renew | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "owner": "a", "declaration": {"version": 1, "renew": "yes"}}
          MALFORMED | declaration.keep | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "owner": "a", "declaration": {"version": 1, "keep": "b"}}
          INVALID   | declaration.since | {"jobs": [{"name": "a", "processor": {"type": "noop"}}], "owner": "a", "declaration": {"version": 1, "since": 1}}
          INVALID   | dryRun       | {"jobs": [], "dryRun": true}
          INVALID   | job          | {"jobs": [], "job": []}
          MALFORMED |              | []
          """)
  void refusesInvalidFileAndNamesField(ErrorCode code, String field, String body) {
    ProblemException refusal = refusal(body);

    assertThat(refusal.problem().code()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(refusal.problem().field()).isEqualTo(field);
    if (field != null) {
      assertThat(refusal.problem().errors()).hasSize(1);
    }
  }

  @Test
  void listsErrorsOfAllDocuments() {
    ProblemException refusal =
        refusal(
            """
            {"prune": true, "jobs": [
              {"name": "a", "processor": {"type": "magic"}, "priority": 10},
              7,
              {"name": "c", "processor": {"type": "noop"}, "trigger": {"cron": "at three"}, "timeuot": "5m"}]}
            """);

    assertThat(refusal.problem().errors())
        .extracting(FieldError::field)
        .containsExactly(
            "prune",
            "jobs[0].processor.type",
            "jobs[0].priority",
            "jobs[1]",
            "jobs[2].trigger.cron",
            "jobs[2].timeuot");
  }

  @Test
  void refusesFileWithMoreThanMaximumJobs() {
    assertThat(read(jobs(JobApplyReader.MAX_JOBS)).jobs()).hasSize(JobApplyReader.MAX_JOBS);

    assertThat(refusal(jobs(JobApplyReader.MAX_JOBS + 1)).problem().detail())
        .isEqualTo("'jobs' must have at most 1000 elements; got 1001.");
  }

  @Test
  void refusesFileOverMaximumBytes() {
    String body = jobs(1);
    String full = body + " ".repeat(JobApplyReader.MAX_BYTES - body.length());

    assertThat(read(full).jobs()).hasSize(1);

    assertThat(refusal(full + " ").problem().code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void refusesEmptyBodyAndBrokenJson() {
    assertThat(refusal("").problem().field()).isEqualTo("jobs");
    assertThatThrownBy(() -> read("{\"jobs\":"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> assertThat(refusal.problem().code()).isEqualTo(ErrorCode.MALFORMED));
  }

  private static String jobs(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> NOOP.formatted("job-" + n))
        .collect(Collectors.joining(",", "{\"jobs\":[", "]}"));
  }

  private ProblemException refusal(String body) {
    return catchThrowableOfType(ProblemException.class, () -> read(body));
  }

  private JobApplyRequest read(String body) {
    return reader.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
