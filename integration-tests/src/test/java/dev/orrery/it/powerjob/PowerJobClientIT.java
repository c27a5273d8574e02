package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Calls the packaged scheduler with published PowerJob clients; a published worker runs the jobs.
 */
@Tag("thorough")
class PowerJobClientIT {
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final String PASSWORD = "a password of clients";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static PowerJobSite site;

  @BeforeAll
  static void startScheduler() {
    site = PowerJobSite.create("powerjob-client");
    site.stack().startScheduler();
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @ParameterizedTest
  @CsvSource({"4.3.6, 4.3.9", "5.1.1, 4.3.9"})
  void answersEveryCallOfPowerJobClient(String version, String worker) throws IOException {
    String app = "client-" + version.replace('.', '-');
    open(app);
    PowerJobProgram program = PowerJobSite.program(worker);
    ProgramProcess joining = site.start(program, app, Setting.DEFAULT);

    Map<String, JsonNode> lines = run(version, app);

    joining.requireAlive();
    assertThat(lines.get("wrongPassword").get("answer").asText()).isEqualTo("refused");
    assertThat(data(lines, "saveJob").asLong()).isPositive();
    assertThat(data(lines, "saveJob.update")).isEqualTo(data(lines, "saveJob"));
    assertThat(message(lines, "saveJob.unknown"))
        .isEqualTo("IllegalArgumentException: can't find job by jobId: 999999");
    assertThat(data(lines, "fetchJob").get("jobParams").asText()).isEqualTo("two");
    assertThat(data(lines, "fetchAllJob")).hasSize(1);
    assertThat(data(lines, "queryJob")).hasSize(1);
    assertThat(data(lines, "copyJob")).isNotEqualTo(data(lines, "saveJob"));
    assertThat(data(lines, "exportJob").toString()).contains("worker.Noop");
    List.of("disableJob", "enableJob", "deleteJob").forEach(call -> accepted(lines, call));

    JsonNode ended = data(lines, "fetchInstanceInfo");
    assertThat(ended.get("status").asInt()).isEqualTo(5);
    assertThat(ended.get("instanceId")).isEqualTo(data(lines, "runJob"));
    assertThat(ended.get("jobId")).isEqualTo(data(lines, "saveJob"));
    assertThat(ended.get("jobParams").asText()).isEqualTo("two");
    assertThat(ended.get("instanceParams").asText()).isEqualTo("of the run");
    assertThat(ended.get("result").asText()).isEqualTo("done two");
    assertThat(ended.get("taskTrackerAddress").asText()).startsWith("127.0.0.1:");
    assertThat(data(lines, "fetchInstanceStatus").asInt()).isEqualTo(5);
    assertThat(message(lines, "fetchInstanceInfo.unknown"))
        .startsWith("IllegalArgumentException: invalid instanceId: 1");
    assertThat(message(lines, "stopInstance.ended"))
        .isEqualTo("IllegalArgumentException: can't stop finished instance!");

    accepted(lines, "cancelInstance");
    assertThat(data(lines, "cancelInstance.status").asInt()).isEqualTo(9);
    assertThat(message(lines, "cancelInstance.again"))
        .isEqualTo("PowerJobException: instance already up and running");

    assertThat(message(lines, "retryInstance.running"))
        .isEqualTo("PowerJobException: Only stopped instance can be retry!");
    accepted(lines, "stopInstance");
    assertThat(data(lines, "stopInstance.info").get("status").asInt()).isEqualTo(10);

    assertThat(data(lines, "fetchInstanceInfo.fail").get("status").asInt()).isEqualTo(4);
    assertThat(data(lines, "fetchInstanceInfo.fail").get("result").asText())
        .contains("failed on purpose");
    accepted(lines, "retryInstance");
    JsonNode retried = data(lines, "retryInstance.info");
    assertThat(retried.get("status").asInt()).isEqualTo(4);
    assertThat(retried.get("instanceId")).isEqualTo(data(lines, "runJob.fail"));
    assertThat(message(lines, "runWorkflow")).contains("Orrery does not answer the call");

    // A client of 5.x sends a call twice if the answer does not say that it was authenticated.
    assertThat(site.api().instances(app, "client-noop")).hasSize(2);
    assertThat(site.api().instances(app, "sleep")).hasSize(1);
    assertThat(site.api().instances(app, "fail")).hasSize(2);
  }

  private static void open(String app) throws IOException {
    site.api().putApp(app);
    assertThat(
            site.api()
                .call(
                    "PUT",
                    "/apps/" + app + "/powerjob",
                    "{\"password\":\"" + PASSWORD + "\",\"readsWithoutNumber\":true}")
                .status())
        .isEqualTo(200);
  }

  private static Map<String, JsonNode> run(String version, String app) throws IOException {
    Optional<PublishedLibraries> libraries =
        PublishedLibraries.copy(
            "powerjob-client-" + version,
            "client/pom.xml",
            List.of("-Dpowerjob.version=" + version));
    if (libraries.isEmpty()) {
      System.out.println("SKIPPED: PowerJob's client " + version + " cannot be resolved");
      Assumptions.abort("PowerJob's client cannot be resolved: " + version);
    }
    Path output = site.stack().directory().resolve(app + ".log");
    ProgramProcess client =
        ProgramProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                libraries.get().compile(PublishedLibraries.SOURCES.resolve("client/java")),
                "client.Main",
                "127.0.0.1:" + site.stack().apiPort(),
                app,
                PASSWORD),
            Map.of(),
            output);
    assertThat(client.awaitExit(LONGEST)).as(client.output()).isZero();
    Map<String, JsonNode> lines = new HashMap<>();
    for (String line : Files.readAllLines(output)) {
      if (line.startsWith("{\"call\":")) {
        JsonNode read = JSON.readTree(line);
        lines.put(read.get("call").asText(), read);
      }
    }
    return lines;
  }

  private static JsonNode answer(Map<String, JsonNode> lines, String call) {
    JsonNode line = lines.get(call);
    assertThat(line).as(call).isNotNull();
    assertThat(line.has("answer")).as(line.toString()).isTrue();
    return line.get("answer");
  }

  private static JsonNode accepted(Map<String, JsonNode> lines, String call) {
    JsonNode answer = answer(lines, call);
    assertThat(answer.get("success").asBoolean()).as(call + " " + answer).isTrue();
    return answer;
  }

  private static JsonNode data(Map<String, JsonNode> lines, String call) {
    return accepted(lines, call).get("data");
  }

  private static String message(Map<String, JsonNode> lines, String call) {
    JsonNode answer = answer(lines, call);
    assertThat(answer.get("success").asBoolean()).as(call + " " + answer).isFalse();
    return answer.get("message").asText();
  }
}
