package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobInfoReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As in the table: what a client sees as objects are texts. */
  private static final String ROW =
      """
      {"id": 17, "appId": 1, "jobName": "Nightly report", "jobParams": "all", "status": 2,
       "timeExpressionType": 2, "timeExpression": "0 0 2 * * ?", "executeType": 1,
       "processorType": 1, "processorInfo": "com.acme.Nightly", "maxInstanceNum": 1,
       "concurrency": 7, "instanceTimeLimit": 60000, "instanceRetryNum": 2, "taskRetryNum": 1,
       "minCpuCores": 0.0, "minMemorySpace": 0.0, "minDiskSpace": 0.0, "maxWorkerCount": 0,
       "notifyUserIds": "1, 2", "dispatchStrategy": 2,
       "lifecycle": "{\\"start\\":1700000000000,\\"end\\":1900000000000}",
       "alarmConfig": "{\\"statisticWindowLen\\":60,\\"alertThreshold\\":3}", "logConfig": "null", "extra": ""}
      """;

  @Test
  void readsDatabaseRowAsClientJob() throws IOException {
    ClientJob job = JobInfoReader.read(row());

    assertThat(job.enable()).isFalse();
    assertThat(job.timeExpressionType()).isEqualTo("CRON");
    assertThat(job.start()).isEqualTo(1_700_000_000_000L);
    assertThat(job.end()).isEqualTo(1_900_000_000_000L);
    assertThat(job.options())
        .containsEntry("notifyUserIds", "1,2")
        .containsEntry("alarmConfig", "{\"alertThreshold\":3,\"statisticWindowLen\":60}")
        .containsEntry("dispatchStrategy", "RANDOM")
        .containsEntry("concurrency", "7")
        .doesNotContainKey("logConfig");
  }

  @Test
  void readsRecordedServerResponse() {
    RecordedCall recorded = RecordedCall.of("4.3.9", "fetchAllJob");
    for (JsonNode info : recorded.file().at("/response/body/data")) {
      ClientJob job = JobInfoReader.read((ObjectNode) info);

      assertThat(job.processorInfo()).isEqualTo("harness.worker.Noop");
      assertThat(job.enable()).isTrue();
      assertThat(written(job).path("jobName")).isEqualTo(info.path("jobName"));
    }
  }

  @Test
  void readsBackJobWrittenForClients() throws IOException {
    ClientJob job = JobInfoReader.read(row());

    assertThat(JobInfoReader.read(written(job))).isEqualTo(job);
  }

  @Test
  void recognisesDeletedJob() throws IOException {
    assertThat(JobInfoReader.isDeleted(row().put("status", 99))).isTrue();
    assertThat(JobInfoReader.isDeleted(row())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "lifecycle,     x,   lifecycle is not JSON",
    "logConfig,     [],  logConfig must be a JSON object",
    "notifyUserIds, me,  'notifyUserIds has ''me'', which is not a number'",
    "processorInfo, ' ', processorInfo can't be empty",
  })
  void namesFieldOfInvalidValue(String field, String value, String words) throws IOException {
    ObjectNode row = row().put(field, value);

    assertThatThrownBy(() -> JobInfoReader.read(row)).hasMessage(words);
  }

  /** Each refusal of a job has one text, which the reader throws. */
  @ParameterizedTest
  @CsvSource({
    "processorType,      4,   EXTERNAL",
    "minCpuCores,        1,   minCpuCores",
    "minMemorySpace,     1,   minMemorySpace",
    "minDiskSpace,       1,   minDiskSpace",
  })
  void refusesUnsupportedFieldWithDocumentedText(String field, int value, String named)
      throws IOException {
    ObjectNode row = row().put(field, value);

    assertThatThrownBy(() -> JobInfoReader.read(row))
        .hasMessageContaining(named)
        .extracting(Throwable::getMessage)
        .isIn(RefusalTexts.all());
  }

  private static ObjectNode row() throws IOException {
    return (ObjectNode) JSON.readTree(ROW);
  }

  private static ObjectNode written(ClientJob job) {
    return ClientJobWriter.info(
        job, new ClientJobWriter.Stored(17, 1, null, Instant.EPOCH, Instant.EPOCH));
  }
}
