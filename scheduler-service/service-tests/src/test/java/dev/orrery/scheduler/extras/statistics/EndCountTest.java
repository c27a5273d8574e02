package dev.orrery.scheduler.extras.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class EndCountTest {
  @Inject EndCountCompaction compaction;
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job").withJob("other");
  }

  @Test
  void countsEachEndOfInstanceOnce() {
    List<String> ids = app.runTimes("job", 4);
    TestWorker worker = app.worker();
    worker.succeed(worker.take());
    worker.fail(worker.take(), "no");
    worker.bye();
    app.cancel(ids.get(2));
    String running = app.run("other");
    TestWorker next = app.worker();
    next.succeed(next.take());
    compaction.compact();
    app.cancel(running);

    assertThat(counts("job=job")).isEqualTo(Map.of("SUCCEEDED", 2, "FAILED", 1, "CANCELED", 1));
    assertThat(counts("bucket=PT1M")).isEqualTo(Map.of("SUCCEEDED", 2, "FAILED", 1, "CANCELED", 2));
    assertThat(counts("bucket=PT1H&job=other")).isEqualTo(Map.of("CANCELED", 1));
    assertThat(page("bucket=PT10M").getString("lateness.p50Millis")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "from, from=yesterday",
    "until, until=2026-01-01",
    "bucket, bucket=PT5M",
    "from, from=2025-01-01T00:00:00Z",
    "buckets, buckets=PT1M",
  })
  void refusesInvalidParameterAndNamesField(String field, String query) {
    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/end-counts?" + query))).at(field);
  }

  @Test
  void returnsNotFoundAndSuggestsSimilarJob() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.asViewer().get(app.path("/end-counts?job=othre")))
        .saying("Did you mean 'other'?");
  }

  private Map<String, Integer> counts(String query) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Map<String, Object> bucket : page(query).getMaps("items")) {
      ((Map<?, ?>) bucket.get("counts"))
          .forEach((state, ends) -> counts.merge((String) state, (Integer) ends, Integer::sum));
    }
    return counts;
  }

  private Json page(String query) {
    return Json.of(app.asViewer().get(app.path("/end-counts?" + query)), 200);
  }
}
