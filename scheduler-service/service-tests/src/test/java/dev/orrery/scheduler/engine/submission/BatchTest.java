package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Submission of many runs in one call. */
@QuarkusTest
class BatchTest {
  private static final int LAST_INSTANCE_NUMBER = 4_194_303;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @Test
  void returnsIdsInOrderOfBatchRuns() {
    app.withJob("other");

    List<String> ids =
        app.runBatch(
            """
            {"instances": [
              {"job": "other", "parameters": {"n": "0"}},
              {"job": "job", "count": 3, "parameters": {"n": "1"}},
              {"job": "other", "runAt": "2127-01-01T00:00:00Z"},
              {"job": "job"}]}
            """);

    assertThat(ids).hasSize(6).doesNotHaveDuplicates().isSorted();
    assertThat(ids)
        .extracting(id -> app.instance(id).getString("job"))
        .containsExactly("other", "job", "job", "job", "other", "job");
    assertThat(ids)
        .extracting(id -> app.instance(id).getString("parameters.n"))
        .containsExactly("0", "1", "1", "1", null, null);
    assertThat(app.instance(ids.get(4)).getString("waitingFor")).isEqualTo("DUE_TIME");
    assertThat(app.instance(ids.get(5)).getString("waitingFor")).isEqualTo("NO_WORKER");
  }

  @Test
  void returnsIdsInBatchOrderWhenInstanceNumbersWrapAround() {
    String before = TestDatabase.read("select last_value from instance_number");
    TestDatabase.read("select setval('instance_number', ?)", LAST_INSTANCE_NUMBER - 5);
    String runs =
        IntStream.range(0, 10)
            .mapToObj(n -> "{\"job\":\"job\",\"parameters\":{\"n\":\"" + n + "\"}}")
            .collect(Collectors.joining(","));

    List<String> ids = app.runBatch("{\"instances\":[" + runs + "]}");
    // Other tests count on as if nothing had been.
    TestDatabase.read("select setval('instance_number', ?)", Long.parseLong(before));

    assertThat(ids)
        .extracting(id -> app.instance(id).getString("parameters.n"))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void findsSingleRunningInstanceAmongTwentyThousand() {
    List<String> ids = app.runTimes("job", 20_000);
    Assignment oldest = app.worker().take();

    Json first = running("");
    Json second = running("&after=" + first.getString("next"));

    assertThat(ids).hasSize(20_000).doesNotHaveDuplicates();
    assertThat(oldest.instance()).isEqualTo(Long.parseLong(ids.get(0)));
    assertThat(first.getList("items")).isEmpty();
    assertThat(second.getList("items.id")).containsExactly(ids.get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INVALID   | instances               | {}
          INVALID   | instances               | {"instances": []}
          MALFORMED | instances               | {"instances": {"job": "job"}}
          MALFORMED | instances[1]            | {"instances": [{"job": "job"}, "job"]}
          INVALID   | instances[1].job        | {"instances": [{"job": "job"}, {"count": 1}]}
          INVALID   | instances[1].jb         | {"instances": [{"job": "job"}, {"job": "job", "jb": 1}]}
          INVALID   | instances[0].count      | {"instances": [{"job": "job", "count": 0}]}
          INVALID   | instances[0].count      | {"instances": [{"job": "job", "count": 20001}]}
          INVALID   | instances[1].count      | {"instances": [{"job": "job", "count": 20000}, {"job": "job"}]}
          INVALID   | instances[0].runAt      | {"instances": [{"job": "job", "runAt": "soon"}]}
          INVALID   | instances[0].parameters | {"instances": [{"job": "job", "parameters": {"": "x"}}]}
          INVALID   | dryRun                  | {"instances": [{"job": "job"}], "dryRun": true}
          """)
  void createsNoInstancesForInvalidCall(ErrorCode code, String field, String body) {
    Refused.with(code, app.tryBatch(body)).at(field);

    assertThat(app.instancesOf("job")).isEmpty();
  }

  @Test
  void createsNoInstancesForBatchWithUnknownJob() {
    Refused.with(
            ErrorCode.JOB_NOT_FOUND,
            app.tryBatch(
                "{\"instances\":[{\"job\":\"job\",\"count\":5},{\"job\":\"nope\"},{\"job\":\"neither\"}]}"))
        .saying("nope", "neither");

    assertThat(app.instancesOf("job")).isEmpty();
  }

  private Json running(String query) {
    return Json.of(app.asViewer().get(app.path("/instances?state=RUNNING" + query)), 200);
  }
}
