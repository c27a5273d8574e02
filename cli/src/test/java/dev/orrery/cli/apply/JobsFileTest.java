package dev.orrery.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobsFileTest {
  @TempDir private Path directory;

  @Test
  void readsJobsInFileOrder() throws IOException {
    JobsFile file =
        read(
            """
            app: billing
            jobs:
              - name: zebra
                trigger: {cron: "0 0 3 * * *"}
                processor: {type: noop}
              - {name: ape, processor: {type: shell, command: [ls, "-l"]}, priority: 7}
            """);

    assertThat(file.app()).isEqualTo("billing");
    assertThat(file.jobs().keySet()).containsExactly("zebra", "ape");
    assertThat(file.jobs().get("ape").get("priority").isInt()).isTrue();
    assertThat(file.jobs().get("zebra").at("/trigger/cron").asText()).isEqualTo("0 0 3 * * *");
  }

  @Test
  @Timeout(10)
  void refusesPathOfUnknownJob() throws IOException {
    JobsFile file = read("{app: a, jobs: [{name: x}, {name: y}]}");

    assertThat(file.path("y", "")).isEqualTo("jobs[1]");
    assertThat(file.path("y", "trigger.cron")).isEqualTo("jobs[1].trigger.cron");
    assertThatThrownBy(() -> file.path("z", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'z'");
  }

  @Test
  void reportsBrokenSymbolicLinksInFolder() throws IOException {
    Files.writeString(directory.resolve("pa.yaml"), "{app: a, jobs: []}");
    Files.createSymbolicLink(directory.resolve("pb.yaml"), Path.of("gone.yaml"));
    Files.createSymbolicLink(directory.resolve("pc.json"), Path.of("pc.json"));
    FileErrors mistakes = new FileErrors();

    JobsFile.readAll(List.of(directory), mistakes);

    assertThatThrownBy(mistakes::throwIfAny)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("pb.yaml: there is no such file")
        .hasMessageContaining("pc.json cannot be read");
  }

  @Test
  void skipsHiddenFilesAndSubfolders() throws IOException {
    Files.writeString(directory.resolve("pa.yaml"), "{app: a, jobs: []}");
    Files.createSymbolicLink(directory.resolve("pb.yml"), Path.of("pa.yaml"));
    Files.writeString(directory.resolve("._pa.yaml"), "\0");
    Files.writeString(directory.resolve(".yaml"), "\0");
    Files.createDirectory(directory.resolve("folder.yaml"));
    FileErrors mistakes = new FileErrors();

    assertThat(JobsFile.readAll(List.of(directory), mistakes)).hasSize(2);

    mistakes.throwIfAny();
  }

  @Test
  void readsOptionalOwner() throws IOException {
    assertThat(read("{app: a, jobs: []}").owner()).isNull();
    assertThat(read("{app: a, owner: billing-repo, jobs: []}").owner()).isEqualTo("billing-repo");
  }

  @Test
  void readsJsonAsYaml() throws IOException {
    assertThat(read("{\"app\":\"a\",\"jobs\":[{\"name\":\"j\"}]}").jobs()).containsOnlyKeys("j");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          jobs: []                                        | 'app' is missing
          app: 3                                          | 'app' must be text; write "3"
          {app: {}, jobs: []}                             | 'app' must be text
          {app: 0x1F, jobs: []}                           | 'app' must be text; write "0x1F"
          app: a                                          | 'jobs' must be a list
          {app: a, jobs: {}}                              | 'jobs' must be a list
          {app: a, jobs: [], job: []}                     | unknown field 'job'; known are app, owner, jobs
          {app: a, jobs: [], ownr: x}                     | known are app, owner, jobs. Did you mean owner?
          {ap: a, jobs: []}                               | Did you mean app?
          {app: a, owner: 7, jobs: []}                    | 'owner' must be text; write "7"
          {app: a, owner: yes, jobs: []}                  | 'owner' must be text; write "yes"
          {app: a, jobs: [{processor: x}]}                | jobs[0] has no 'name'
          {app: a, jobs: [{name: x}, 7]}                  | jobs[1] has no 'name'
          {app: a, jobs: [{name: x}, {name: 007}]}        | 'jobs[1].name' must be text; write "007"
          {app: a, jobs: [{name: 1e3}]}                   | 'jobs[0].name' must be text; write "1e3"
          {app: a, jobs: [{name: no}]}                    | 'jobs[0].name' must be text; write "no"
          {app: a, jobs: [{name: ~}]}                     | 'jobs[0].name' must be text
          {app: a, jobs: [{name: [x]}]}                   | 'jobs[0].name' must be text
          {app: a, jobs: [{name: x}, {name: x}]}          | duplicate job 'x'
          {app: a, jobs: [{name: x, priority: 010}]}      | 'jobs[0].priority' is a number that not all readers of YAML take for 8; write it
          {app: a, jobs: [{name: x, retry: {maxAttempts: 1_0}}]} | 'jobs[0].retry.maxAttempts' is a number
          {app: a, jobs: [{name: x, parameters: {m: 0755}}]} | 'jobs[0].parameters.m' must be text; write "0755"
          {app: a, jobs: [{name: x, labels: {m: 1e3}}]}   | 'jobs[0].labels.m' must be text; write "1e3"
          {app: a, app: b, jobs: []}                      | Duplicate field 'app'
          just text                                       | expected 'app:' and 'jobs:'
          """)
  void describesEachInvalidField(String text, String says) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(says);
  }

  @Test
  void acceptsNumbersAsPeopleReadThem() throws IOException {
    assertThat(read("{app: a, jobs: [{name: x, priority: 10, retry: {factor: 1.50}}]}").jobs())
        .containsOnlyKeys("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"007", "1.10", "1e3", "0x1F", "1_000", "+7"})
  void refusesConditionResultThatJsonWouldReformat(String number) {
    assertThatThrownBy(() -> read(flowWithCondition(number)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            ", line 6: 'jobs[0].processor.nodes[1].if.result' must be text; write \"%s\"", number);
    assertThatThrownBy(() -> read(flowWithCondition("[x, " + number + "]")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("nodes[1].if.result[1]' must be text; write \"%s\"", number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "-7", "'007'", "[7, \"1.10\"]", "many"})
  void acceptsConditionResultsThatKeepTheirText(String result) throws IOException {
    assertThat(read(flowWithCondition(result)).jobs()).hasSize(1);
  }

  private static String flowWithCondition(String result) {
    return """
        app: a
        jobs:
          - name: f
            processor: {type: flow, nodes: [
              {name: a, job: x},
              {name: b, job: x, needs: [a], if: {node: a, result: %s}}]}
        """
        .formatted(result);
  }

  @Test
  void reportsAllErrorsAtOnceWithTheirLines() {
    assertThatThrownBy(() -> read("ap: a\nowner: 7\njobs:\n  - name: 1\n  - 7\n"))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "(?s).*jobs.yaml, line 1: unknown field 'ap'.*"
                + "jobs.yaml, line 1: 'app' is missing.*"
                + "jobs.yaml, line 2: 'owner' must be text; write \"7\".*"
                + "jobs.yaml, line 4: 'jobs\\[0].name' must be text; write \"1\".*"
                + "jobs.yaml, line 5: jobs\\[1] has no 'name'");
  }

  @Test
  void limitsUnknownFieldsInMessages() {
    StringBuilder text = new StringBuilder("'root:*:20228:a-long-secret': x\n");
    for (int i = 0; i < 9; i++) {
      text.append("key").append(i).append(": a-secret-value\n");
    }

    assertThatThrownBy(() -> read(text.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "(?s).*line 1: unknown field 'root:\\*:20228:a-long-…';.*'key3'.*"
                + "jobs.yaml: and 5 more unknown fields.*'app' is missing.*'jobs' must be a list.*")
        .hasMessageNotContainingAny("secret", "key4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{app: a, jobs: [], x-long-name-with-a-secret: 1, x-long-name-with-a-secret: 2}",
        "{app: 123456789012345678901234567890, jobs: []}"
      })
  void truncatesFileContentsInMessages(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("…")
        .hasMessageNotContainingAny("secret", "2345678901234567890123");
  }

  @Test
  void reportsMalformedYamlWithItsLine() {
    assertThatThrownBy(() -> read("app: a\njobs: [\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("jobs.yaml, line ");
  }

  @Test
  void namesMissingFile() {
    assertThatThrownBy(() -> JobsFile.read(directory.resolve("none.yaml")))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("none.yaml: there is no such file");
  }

  private JobsFile read(String text) throws IOException {
    Path file = directory.resolve("jobs.yaml");
    Files.writeString(file, text);
    return JobsFile.read(file);
  }
}
