package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobQueryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void matchesJobsThatPowerJobReturned(String version) {
    RecordedCall call = RecordedCall.of(version, "queryJob");
    JobQuery query = JobQuery.read(call.request());
    JsonNode found = call.file().at("/response/body/data");

    assertThat(found).isNotEmpty().allMatch(query::matches);
    ((ObjectNode) found.get(0)).put("jobName", "other");
    assertThat(query.matches(found.get(0))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "idEq, 21, 22",
    "idLt, 22, 21",
    "idGt, 20, 21",
    "jobNameEq, '\"api-noop-2\"', '\"api\"'",
    "jobNameLike, '\"noop\"', '\"nope\"'",
    "jobNameLike, '\"a_i%2\"', '\"a_i%3\"'",
    "jobDescriptionLike, '\"harn\"', '\"x\"'",
    "jobParamsLike, '\"p2\"', '\"p3\"'",
    "timeExpressionTypeIn, '[1, 2]', [3]",
    "executeTypeIn, [1], '[2, 3]'",
    "processorTypeIn, [1], []",
    "processorInfoEq, '\"harness.worker.Noop\"', '\"Noop\"'",
    "processorInfoLike, '\"worker\"', '\"Worker\"'",
    "statusIn, '[1, 2]', [2]",
    "nextTriggerTimeGt, 1700000000000, 1800000000000",
    "nextTriggerTimeLt, 1800000000000, 1700000000000",
    "gmtCreateLt, '\"2026-11-20T06:54:34+00:00\"', 1795157673149",
    "gmtCreateGt, 1795157673149, '\"2026-11-20T06:54:34+00:00\"'",
    "gmtModifiedLt, '\"2026-11-20T06:54:33.187+00:00\"', '\"2026-11-20T06:54:33.186+00:00\"'",
    "gmtModifiedGt, '\"2026-11-20T06:54:33.185+00:00\"', '\"2026-11-20T06:54:33.186+00:00\"'",
    "notifyUserIdsLike, '\"1\"', '\"3\"'",
    "dispatchStrategyEq, 1, 2",
    "tagEq, '\"t\"', '\"u\"'"
  })
  void appliesEachFilterToItsField(String filter, String matching, String other)
      throws JsonProcessingException {
    ObjectNode job = RecordedCall.of("5.1.1", "fetchJob").data();
    job.put("nextTriggerTime", 1_750_000_000_000L).put("notifyUserIds", "1,2").put("tag", "t");

    assertThat(query(filter, matching).matches(job)).isTrue();
    assertThat(query(filter, other).matches(job)).isFalse();
  }

  @Test
  void matchesOnlyJobsThatMatchAllFilters() throws JsonProcessingException {
    ObjectNode job = RecordedCall.of("5.1.1", "fetchJob").data();

    assertThat(JobQuery.read(JSON.readTree("{\"idEq\": 21, \"jobNameLike\": \"x\"}")).matches(job))
        .isFalse();
    assertThat(JobQuery.all().matches(job)).isTrue();
  }

  @Test
  void skipsJobsWithoutFilteredValue() throws JsonProcessingException {
    ObjectNode job = RecordedCall.of("5.1.1", "fetchJob").data();

    assertThat(query("tagEq", "\"null\"").matches(job)).isFalse();
    assertThat(query("nextTriggerTimeLt", "1").matches(job)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "ownerEq, 1, queryJob has no filter ownerEq",
    "jobNameLike, 1, must be a text",
    "statusIn, 1, must be a list",
    "idGt, '\"x\"', 'must be a number, or a time'"
  })
  void refusesUnsupportedFilterAndNamesTheReason(String filter, String value, String reason) {
    assertThatThrownBy(() -> query(filter, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(filter, reason);
  }

  private static JobQuery query(String filter, String value) throws JsonProcessingException {
    return JobQuery.read(JSON.createObjectNode().set(filter, JSON.readTree(value)));
  }
}
