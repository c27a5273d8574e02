package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ProcessorSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerJobProcessorReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void fillsDefaultsOfMissingFields() throws JsonProcessingException {
    JsonNode document = document("{\"processorInfo\": \"com.example.A\"}");

    assertThat(read(document))
        .isEqualTo(
            new ProcessorSpec.PowerJob("STANDALONE", "BUILT_IN", "com.example.A", null, Map.of()));
    assertThat(JobDocumentSchema.errors(document)).isEmpty();
  }

  @Test
  void readsAllProcessorFields() throws JsonProcessingException {
    String fields =
        """
        {"executeType": "STANDALONE", "processorType": "SHELL", "processorInfo": "date",
         "jobName": "夜间 ${x}",
         "options": {"advancedRuntimeConfig": "{}", "alarmConfig": "{\\"alertThreshold\\":3}",
           "concurrency": "0", "designatedWorkers": "gpu,10.0.0.1:27777",
           "dispatchStrategy": "SPECIFY", "dispatchStrategyConfig": "tagIn:gpu", "extra": "", "jobDescription": "d",
           "logConfig": "{\\"type\\":1}", "maxWorkerCount": "999999999", "notifyUserIds": "1,23",
           "tag": "t", "taskRetryNum": "2", "timeExpressionType": "WORKFLOW"}}
        """;
    JsonNode document = document(fields);
    ProcessorSpec.PowerJob read = read(document);

    assertThat(JSON.<JsonNode>valueToTree(read).get("options"))
        .isEqualTo(document.at("/processor/options"));
    assertThat(read.options().keySet())
        .containsExactlyInAnyOrder(PowerJobProcessorReader.optionNames());
    assertThat(read.jobName()).isEqualTo("夜间 ${x}");
    assertThat(JobDocumentSchema.errors(document)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          concurrency           | many           | must be a whole number
          concurrency           | -1             | must be a whole number
          maxWorkerCount        | 1000000000     | must be a whole number
          logConfig             | [1]            | must be a JSON object
          alarmConfig           | {              | must be a JSON object
          dispatchStrategy      | FASTEST        | must be one of HEALTH_FIRST, RANDOM, SPECIFY
          notifyUserIds         | 1,,2           | must be numbers of users
          notifyUserIds         | 1,2,           | must be numbers of users
          timeExpressionType    | CRON           | must be WORKFLOW
          """)
  void refusesInvalidOptionAndNamesField(String option, String value, String reason)
      throws JsonProcessingException {
    JsonNode document = withOption(option, value);

    assertInvalid("processor.options." + option, () -> read(document))
        .hasMessageContainingAll(reason);
  }

  @Test
  void refusesUnknownOptionAndSuggestsSimilarName() throws JsonProcessingException {
    JsonNode document = withOption("jobDescripton", "d");

    assertInvalid("processor.options", () -> read(document))
        .hasMessageContainingAll("'jobDescripton'", "jobDescription");
    assertThat(JobDocumentSchema.errors(document)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "STANDALONE, powerjob",
    "BROADCAST, powerjob:heavy",
    "MAP, powerjob:heavy",
    "MAP_REDUCE, powerjob:heavy"
  })
  void separatesOffersOfHeavyAndLightRuns(String type, String offer)
      throws JsonProcessingException {
    JsonNode document = document("{\"processorInfo\": \"a\", \"executeType\": \"" + type + "\"}");

    assertThat(read(document).offerName()).isEqualTo(offer);
    assertThat(JobDocumentSchema.errors(document)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broadcast", "SHARD", ""})
  void refusesUnknownExecuteTypes(String type) throws JsonProcessingException {
    JsonNode document = document("{\"processorInfo\": \"a\", \"executeType\": \"" + type + "\"}");

    assertInvalid("processor.executeType", () -> read(document))
        .hasMessageContainingAll("STANDALONE", "BROADCAST", "MAP", "MAP_REDUCE");
  }

  @Test
  void limitsLengthOfOptionsAndJobName() throws JsonProcessingException {
    assertThat(read(withOption("extra", "x".repeat(65_536))).options()).hasSize(1);
    JsonNode larger = withOption("extra", "x".repeat(65_537));
    ObjectNode longName = document("{\"processorInfo\": \"a\"}");
    ((ObjectNode) longName.get("processor")).put("jobName", "x".repeat(256));

    assertInvalid("processor.options", () -> read(larger));
    assertInvalid("processor.jobName", () -> read(longName));
  }

  private static ObjectNode withOption(String name, String value) throws JsonProcessingException {
    ObjectNode document = document("{\"processorInfo\": \"a\"}");
    ((ObjectNode) document.get("processor")).putObject("options").put(name, value);
    return document;
  }

  private static ObjectNode document(String processor) throws JsonProcessingException {
    ObjectNode document = JSON.createObjectNode();
    document.set("processor", JSON.readTree(processor));
    ((ObjectNode) document.get("processor")).put("type", "powerjob");
    return document;
  }

  private static ProcessorSpec.PowerJob read(JsonNode document) {
    return (ProcessorSpec.PowerJob) JobDocumentReader.read("nightly", document).processor();
  }
}
