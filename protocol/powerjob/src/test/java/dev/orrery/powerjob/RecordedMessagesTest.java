package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and writes messages that real PowerJob workers, clients and servers sent. */
class RecordedMessagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void readsHeartbeat(String version) throws IOException {
    Heartbeat heartbeat = request(version, "server_workerHeartbeat", Heartbeat.class);

    assertThat(heartbeat)
        .isEqualTo(
            new Heartbeat(
                "127.0.0.1:37777",
                "harness",
                1,
                heartbeat.heartbeatTime(),
                version,
                "HTTP",
                "tagA",
                false,
                0,
                0,
                new Heartbeat.SystemMetrics(2)));
    assertThat(heartbeat.threads(500)).isEqualTo(20);
    assertThat(heartbeat.threads(15)).isEqualTo(15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void readsReportOfSuccess(String version) throws IOException {
    InstanceReport report =
        request(version, "server_reportInstanceStatus.status5", InstanceReport.class);

    assertThat(RunStatus.of(report.instanceStatus())).contains(RunStatus.SUCCEED);
    assertThat(report.result()).isEqualTo("noop");
    assertThat(report.sourceAddress()).isEqualTo("127.0.0.1:37777");
    assertThat(report.instanceId()).isGreaterThan(1L << 53);
    assertThat(report.runTimeMillis()).isBetween(0L, 1000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void readsReportsOfRunningAndFailedRuns(String version) throws IOException {
    InstanceReport running =
        request(version, "server_reportInstanceStatus.status3", InstanceReport.class);
    InstanceReport failed =
        request(version, "server_reportInstanceStatus.status4", InstanceReport.class);

    assertThat(RunStatus.of(running.instanceStatus())).contains(RunStatus.RUNNING);
    assertThat(running.runTimeMillis()).isNull();
    assertThat(RunStatus.of(failed.instanceStatus())).contains(RunStatus.FAILED);
    assertThat(failed.result()).isEqualTo("failed on purpose");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void readsLogLines(String version) throws IOException {
    LogReport report = request(version, "server_reportLog", LogReport.class);

    assertThat(report.workerAddress()).isEqualTo("127.0.0.1:37777");
    assertThat(report.instanceLogContents())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.logContent()).isEqualTo("sleeping 60000 ms");
              assertThat(line.isWarning()).isFalse();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.3.9", "5.1.1"})
  void writesRunRequestAsPowerJobDoes(String version) throws IOException {
    JsonNode recorded = file(version, "worker_runJob.standalone").at("/request/body");
    RunRequest request =
        new RunRequest(
            List.of("127.0.0.1:37777", "127.0.0.1:37778"),
            0,
            recorded.get("jobId").asLong(),
            recorded.get("instanceId").asLong(),
            "STANDALONE",
            "BUILT_IN",
            "harness.worker.Noop",
            0,
            "p2",
            "ip",
            5,
            0,
            "API",
            0,
            null);

    assertThat(written(request)).isEqualTo(recorded);
  }

  @Test
  void writesStopRequestAsPowerJobDoes() throws IOException {
    JsonNode recorded = file("4.3.9", "worker_stopInstance").at("/request/body");

    assertThat(written(new InstanceRef(recorded.get("instanceId").asLong()))).isEqualTo(recorded);
  }

  @Test
  void readsRunStateFromWorkerAnswer() throws IOException {
    AskAnswer answer =
        JSON.treeToValue(
            file("4.3.9", "worker_queryInstanceStatus").at("/response/body"), AskAnswer.class);

    assertThat(answer.success()).isTrue();
    assertThat(JSON.readTree(answer.text()).get("status").asInt()).isEqualTo(3);
  }

  @Test
  void writesAnswersAsPowerJobDoes() throws IOException {
    assertThat(written(ResultEnvelope.of(1)))
        .isEqualTo(file("4.3.9", "server_assert").at("/response/body"));
    assertThat(written(AskAnswer.of("[\"127.0.0.1:37777\",\"127.0.0.1:37778\"]")))
        .isEqualTo(file("4.3.9", "server_queryJobCluster").at("/response/body"));
    assertThat(written(AskAnswer.OK))
        .isEqualTo(file("4.3.9", "server_reportInstanceStatus.status5").at("/response/body"));
  }

  private static JsonNode written(Object message) throws IOException {
    return JSON.readTree(JSON.writeValueAsString(message));
  }

  private static <T> T request(String version, String kind, Class<T> type) throws IOException {
    return JSON.treeToValue(file(version, kind).at("/request/body"), type);
  }

  private static JsonNode file(String version, String kind) throws IOException {
    String name = "/wire/" + version + "/" + kind + ".json";
    try (InputStream file = RecordedMessagesTest.class.getResourceAsStream(name)) {
      return JSON.readTree(file);
    }
  }
}
