package dev.orrery.scheduler.engine.submission;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchReaderTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final BatchReader reader = new BatchReader(JSON, new SubmissionReader(JSON));

  @Test
  void readsBatchRunsInOrder() {
    Submission submission =
        read(
            """
            {"instances":[{"job":"b","count":3},{"job":"a","parameters":{"x":"1"}},{"job":"b"}]}
            """);

    assertThat(submission.runs())
        .containsExactly(
            new Run("b", null, null, 3),
            new Run("a", "{\"x\":\"1\"}", null, 1),
            new Run("b", null, null, 1));
    assertThat(submission.instances()).isEqualTo(5);
    assertThat(submission.idempotency()).isNull();
  }

  @Test
  void limitsTotalSizeOfBatchParameters() {
    String fits = entry(20_000, 800);
    String tooMany = entry(20_000, 1_000);

    assertThat(read("{\"instances\":[" + fits + "]}").instances()).isEqualTo(20_000);
    assertInvalid("instances[0].count", () -> read("{\"instances\":[" + tooMany + "]}"))
        .hasMessageContaining("'instances[0].count' of 20000 times 'instances[0].parameters'")
        .hasMessageContaining("over 16777216 bytes");
    String half = entry(10_000, 1_000);
    assertInvalid("instances[1].count", () -> read("{\"instances\":[" + half + "," + half + "]}"));
  }

  private static String entry(int count, int characters) {
    return "{\"job\":\"a\",\"count\":%d,\"parameters\":{\"x\":\"%s\"}}"
        .formatted(count, "x".repeat(characters));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                              | instances
          {}                                              | instances
          {"instances":null}                              | instances
          {"instances":[]}                                | instances
          {"instances":[{"job":"a"}],"dryRun":true}       | dryRun
          {"dryRun":{"instances":[]},"instances":[{"job":"a"}]} | dryRun
          {"instances":[{"job":"a"},{}]}                  | instances[1].job
          {"instances":[{"job":"a","jobs":"b"}]}          | instances[0].jobs
          {"instances":[{"job":"a","count":0}]}           | instances[0].count
          {"instances":[{"job":"a","count":20001}]}       | instances[0].count
          {"instances":[{"job":"a","count":1.5}]}         | instances[0].count
          {"instances":[{"job":"a"},{"job":"b","runAt":"x"}]} | instances[1].runAt
          {"instances":[{"job":"a","count":20000},{"job":"b"}]} | instances[1].count
          """)
  void refusesInvalidBatchAndNamesField(String body, String field) {
    assertInvalid(field, () -> read(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          []                                               | -
          7                                                | -
          {"instances":[{"job":"a"}]} {}                   | -
          {"instances":[{"job":"a"}]}]                     | -
          {"instances":[{"job":"a"}                        | -
          {"instances":[{"job":"a","job":"b"}]}            | -
          {"instances":{"job":"a"}}                        | instances
          {"instances":[{"job":"a"}],"instances":[]}       | instances
          {"instances":[{"job":"a"},"a"]}                  | instances[1]
          {"instances":[{"job":"a"},null]}                 | instances[1]
          {"instances":[{"job":7}]}                        | instances[0].job
          """)
  void refusesMalformedBatchJson(String body, String field) {
    assertMalformed(field, () -> read(body));
  }

  @Test
  void acceptsBatchOfTwentyThousandRuns() {
    Submission submission =
        read("{\"instances\":[{\"job\":\"a\",\"count\":19999},{\"job\":\"b\",\"count\":1}]}");

    assertThat(submission.instances()).isEqualTo(20_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\":[{\"job\":\"a\"}]}",
        "{ \"instances\" : [ {\"count\" : 2, \"job\":\"ä\"}, {\"job\":\"b\",\"parameters\":{\"x\":\"1\"}} ] }",
      })
  void hashesBatchBodyWithoutWhitespace(String body) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(("\0" + JSON.readTree(body)).getBytes(StandardCharsets.UTF_8));

    Submission submission = reader.read(3, body.getBytes(StandardCharsets.UTF_8), "k");

    assertThat(submission.idempotency())
        .isEqualTo(new Submission.Idempotency("k", HexFormat.of().formatHex(sha256.digest())));
  }

  @Test
  void hashesDifferentBatchBodiesDifferently() {
    assertThat(
            List.of(
                hash("{\"instances\":[{\"job\":\"a\"}]}"),
                hash("{\"instances\":[{\"job\":\"a\"},{\"job\":\"a\"}]}"),
                hash("{\"instances\":[{\"job\":\"a\",\"count\":2}]}")))
        .doesNotHaveDuplicates();
  }

  private String hash(String body) {
    return reader.read(3, body.getBytes(StandardCharsets.UTF_8), "k").idempotency().hash();
  }

  private Submission read(String body) {
    return reader.read(3, body.getBytes(StandardCharsets.UTF_8), null);
  }
}
