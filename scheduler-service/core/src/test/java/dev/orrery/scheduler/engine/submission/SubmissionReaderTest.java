package dev.orrery.scheduler.engine.submission;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmissionReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE =
      "\"orrery.traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"";

  private final SubmissionReader reader = new SubmissionReader(JSON);

  @Test
  void readsRunWithoutBodyAsDueNow() {
    assertThat(reader.single(3, "nightly", null, null))
        .isEqualTo(new Submission(3, null, List.of(new Run("nightly", null, null, 1))));
  }

  @Test
  void readsParametersAndRunTime() throws Exception {
    JsonNode body =
        json("{\"parameters\":{\"region\":\"eu\"},\"runAt\":\"2027-01-01T01:00:00+01:00\"}");

    assertThat(reader.single(3, "nightly", body, null).runs())
        .containsExactly(
            new Run("nightly", "{\"region\":\"eu\"}", Instant.parse("2027-01-01T00:00:00Z"), 1));
  }

  @Test
  void treatsEmptyParametersAsAbsent() throws Exception {
    assertThat(reader.single(3, "j", json("{\"parameters\":{}}"), null).runs().get(0).parameters())
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"count":2}                    | count
          {"parameter":{}}               | parameter
          {"runAt":"tomorrow"}           | runAt
          {"runAt":"2027-01-01"}         | runAt
          {"runAt":"1969-01-01T00:00:00Z"} | runAt
          {"parameters":{"a b":"x"}}     | parameters
          {"parameters":{"orrery.x":"y"}} | parameters.orrery.x
          {"parameters":{"orrery.":"y"}} | parameters.orrery.
          {"parameters":{"orrery.traceparent":""}} | parameters.orrery.traceparent
          {"parameters":{"orrery.traceparent":"00-x"}} | parameters.orrery.traceparent
          {"parameters":{"orrery.tracelink":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}} | parameters.orrery.tracelink
          """)
  void refusesInvalidRunAndNamesField(String body, String field) throws Exception {
    JsonNode json = json(body);

    assertInvalid(field, () -> reader.single(3, "j", json, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"parameters":["a"]}     | parameters
          {"parameters":{"a":1}}   | parameters.a
          {"runAt":1767225600}     | runAt
          """)
  void refusesWrongJsonTypeAsMalformed(String body, String field) throws Exception {
    JsonNode json = json(body);

    assertMalformed(field, () -> reader.single(3, "j", json, null));
  }

  @Test
  void refusesNonObjectBodyAsMalformed() throws Exception {
    JsonNode list = json("[]");

    assertMalformed(null, () -> reader.single(3, "j", list, null));
  }

  @Test
  void hashesIdenticalRequestsIdentically() throws Exception {
    JsonNode body = json("{\"parameters\":{\"a\":\"b\"}}");

    Submission first = reader.single(3, "j", body, "k");
    Submission again = reader.single(3, "j", body.deepCopy(), "k");

    assertThat(first.idempotency().key()).isEqualTo("k");
    assertThat(first.idempotency().hash()).matches("[0-9a-f]{64}");
    assertThat(again.idempotency()).isEqualTo(first.idempotency());
  }

  @Test
  void hashesDifferentJobOrBodyDifferently() throws Exception {
    JsonNode body = json("{\"parameters\":{\"a\":\"b\"}}");

    assertThat(
            List.of(
                hash("j", body),
                hash("k", body),
                hash("j", json("{}")),
                hash("j", null),
                hash("j", json("{\"parameters\":{\"a\":\"c\"}}"))))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                        | {"parameters":{@}}
          {"parameters":{"a":"b"}}                  | {"parameters":{"a":"b",@}}
          {"parameters":{"a":"b"}}                  | {"parameters":{@,"a":"b"}}
          {"runAt":"2027-01-01T00:00:00Z"}          | {"parameters":{@},"runAt":"2027-01-01T00:00:00Z"}
          {"parameters":{"a":"b"},"runAt":"2027-01-01T00:00:00Z"} | {"parameters":{@,"a":"b"},"runAt":"2027-01-01T00:00:00Z"}
          """)
  void excludesTraceFromHash(String body, String traced) throws Exception {
    JsonNode json = json(traced.replace("@", TRACE));

    assertThat(hash("j", json)).isEqualTo(hash("j", json(body)));
    assertThat(reader.single(3, "j", json, "k").runs().get(0).parameters()).contains(TRACE);
  }

  @Test
  void acceptsTraceWithParametersOfMaximumSize() throws Exception {
    String full = "\"a\":\"" + "x".repeat(64 * 1024 - 1) + "\"";

    assertThat(reader.single(3, "j", json("{\"parameters\":{" + full + "}}"), null)).isNotNull();
    assertThat(reader.single(3, "j", json("{\"parameters\":{" + full + "," + TRACE + "}}"), null))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\0b"})
  void refusesInvalidIdempotencyKey(String key) {
    assertInvalid("Idempotency-Key", () -> reader.single(3, "j", null, key));
  }

  @Test
  void refusesIdempotencyKeyBeyond200Characters() {
    assertThat(reader.single(3, "j", null, "k".repeat(200)).idempotency().key()).hasSize(200);
    assertInvalid("Idempotency-Key", () -> reader.single(3, "j", null, "k".repeat(201)));
  }

  @Test
  void computesWeightFromRunCountAndParameterKilobytes() {
    Run small = new Run("a", null, null, 3);
    Run large = new Run("a", "x".repeat(5 * 1024), null, 2);

    assertThat(new Submission(1, null, List.of(small)).weight()).isEqualTo(3);
    assertThat(new Submission(1, null, List.of(small, large)).weight()).isEqualTo(15);
  }

  private String hash(String job, JsonNode body) {
    return reader.single(3, job, body, "k").idempotency().hash();
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }
}
