package dev.orrery.cli.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.FakeScheduler.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyCommandTest {
  private static final String JOBS =
      """
      app: a
      jobs:
        - name: keep
          processor: {type: noop}
        - name: grow
          processor: {type: noop}
          priority: 7
      """;
  private static final String CREATED = "{\"change\":\"create\",\"differences\":[]}";
  private static final String SAME = "{\"change\":\"none\",\"differences\":[]}";

  private final FakeScheduler scheduler = new FakeScheduler();
  private final InputStream standardInput = System.in;
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    scheduler.close();
    System.setIn(standardInput);
    System.clearProperty("orrery.input-terminal");
  }

  @Test
  void jsonNamesAppJobsAndDifferences() throws IOException {
    Path file = write("jobs.yaml", JOBS);
    app("a");
    job("a", "keep", SAME);
    String update =
        "{\"change\":\"update\",\"differences\":[{\"field\":\"priority\",\"from\":5,\"to\":7}]}";
    job("a", "grow", update);

    Result result = apply(file, "-o", "json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            "{\"app\":\"a\",\"created\":false,\"dryRun\":false,\"jobs\":["
                + "{\"name\":\"keep\",\"change\":\"none\",\"differences\":[]},"
                + "{\"name\":\"grow\",\"change\":\"update\",\"differences\":"
                + "[{\"field\":\"priority\",\"from\":5,\"to\":7}]}]}\n");
  }

  @Test
  void jobsAreReadFromStandardInput() {
    System.setIn(new ByteArrayInputStream(JOBS.getBytes(StandardCharsets.UTF_8)));
    app("a");
    job("a", "keep", SAME);
    job("a", "grow", CREATED);

    Result result = scheduler.run("apply", "-f", "-");

    assertThat(result.out().lines())
        .containsExactly(
            "app a",
            "  = keep  unchanged",
            "  + grow  created",
            "1 created, 0 updated, 1 unchanged");
  }

  @Test
  void filesOfAFolderAreAppliedByNameAndAllCheckedFirst() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("jobs"));
    Files.writeString(folder.resolve("2.yml"), one("a", "second"));
    Files.writeString(folder.resolve("1.yaml"), one("a", "first"));
    Files.writeString(folder.resolve("3.json"), "{\"app\":\"b\",\"jobs\":[{\"name\":\"third\"}]}");
    Files.writeString(folder.resolve("README.md"), "no jobs");
    app("a");
    app("b");
    job("a", "first", CREATED);
    job("a", "second", CREATED);
    job("b", "third", CREATED);

    assertThat(apply(folder).exitCode()).isZero();

    assertThat(puts())
        .containsExactly(
            "PUT /apps/a/jobs/first?dryRun=true",
            "PUT /apps/a/jobs/second?dryRun=true",
            "PUT /apps/b/jobs/third?dryRun=true",
            "PUT /apps/a/jobs/first",
            "PUT /apps/a/jobs/second",
            "PUT /apps/b/jobs/third");
  }

  @Test
  void mistakeInALaterFileKeepsAllFromBeingWritten() throws IOException {
    Path good = write("good.yaml", one("a", "first"));
    Path bad = write("bad.yaml", one("a", "second") + "    timeout: 30\n");
    app("a");
    job("a", "first", CREATED);
    scheduler.on(
        "PUT /apps/a/jobs/second?dryRun=true",
        400,
        "{\"code\":\"MALFORMED\",\"detail\":\"'timeout' must be a duration.\","
            + "\"field\":\"timeout\"}");

    Result result = apply(good, "-f", bad.toString());
    Result json = apply(good, "-f", bad.toString(), "-o", "json");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .isEqualTo(bad + ", line 5, job 'second': MALFORMED: 'timeout' must be a duration.\n");
    JsonNode problem = new ObjectMapper().readTree(json.err());
    assertThat(problem.path("code").asText()).isEqualTo("MALFORMED");
    assertThat(problem.path("file").asText()).isEqualTo(bad.toString());
    assertThat(problem.path("line").asInt()).isEqualTo(5);
    assertThat(problem.path("job").asText()).isEqualTo("second");
    assertThat(puts()).allMatch(put -> put.endsWith("?dryRun=true"));
  }

  @Test
  void everyMistakeOfAJobHasItsLine() throws IOException {
    Path bad = write("bad.yaml", one("a", "second") + "    timeout: 30\n    priorty: 5\n");
    app("a");
    scheduler.on(
        "PUT /apps/a/jobs/second?dryRun=true",
        422,
        "{\"code\":\"INVALID\",\"detail\":\"'timeout' must be text.\",\"field\":\"timeout\","
            + "\"errors\":[{\"field\":\"timeout\",\"message\":\"'timeout' must be text.\"},"
            + "{\"field\":\"priorty\",\"message\":\"There is no field 'priorty'.\"}]}");

    assertThat(apply(bad).err())
        .isEqualTo(
            bad
                + ", line 5, job 'second': INVALID: 'timeout' must be text.\n"
                + bad
                + ", line 6, job 'second': INVALID: There is no field 'priorty'.\n");
    JsonNode errors = new ObjectMapper().readTree(apply(bad, "-o", "json").err()).path("errors");
    assertThat(errors.findValuesAsText("line")).containsExactly("5", "6");
  }

  @Test
  void mistakesOfAllJobsAreToldTogether() throws IOException {
    Path bad = write("bad.yaml", one("a", "first") + "  - name: second\n  - name: third\n");
    app("a");
    job("a", "second", CREATED);
    for (String job : List.of("first", "third")) {
      scheduler.on(
          "PUT /apps/a/jobs/" + job + "?dryRun=true",
          422,
          "{\"code\":\"INVALID\",\"detail\":\"'processor' is missing.\",\"field\":\"processor\"}");
    }

    Result result = apply(bad);

    assertThat(result.err().lines())
        .containsExactly(
            bad + ", line 4, job 'first': INVALID: 'processor' is missing.",
            bad + ", line 6, job 'third': INVALID: 'processor' is missing.");
    JsonNode errors = new ObjectMapper().readTree(apply(bad, "-o", "json").err()).path("errors");
    assertThat(errors.findValuesAsText("job")).containsExactly("first", "third");
    assertThat(writes()).isEmpty();
  }

  @Test
  void folderWithoutFilesAndTheSameJobTwiceAreRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path one = write("one.yaml", one("a", "j"));
    Path two = write("two.yaml", "# a comment\n" + one("a", "j"));

    Result nothing = apply(empty);
    Result twice = apply(one, "-f", two.toString());

    assertThat(nothing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.err()).contains("has no file .yaml, .yml or .json");
    assertThat(twice.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(twice.err())
        .contains("two jobs 'j' of app a: " + one + ", line 3, and " + two + ", line 4");
    assertThat(scheduler.asked()).isEmpty();
  }

  @Test
  void pruneDeletesWhatTheFilesDoNotHave() throws IOException {
    Path file = prunable();

    Result planned = apply(file, "--prune", "--dry-run");
    Result done = apply(file, "--prune", "--yes");
    Result json = apply(file, "--prune", "--yes", "-o", "json");

    assertThat(planned.out().lines())
        .contains("  - old   would be deleted")
        .last()
        .isEqualTo("0 to be created, 0 to be updated, 1 unchanged, 1 to be deleted");
    assertThat(done.out().lines())
        .contains("  - old   deleted")
        .last()
        .isEqualTo("0 created, 0 updated, 1 unchanged, 1 deleted");
    assertThat(json.out()).contains("{\"name\":\"old\",\"change\":\"delete\",\"differences\":[]}");
    assertThat(deletes()).containsExactly("DELETE /apps/a/jobs/old", "DELETE /apps/a/jobs/old");
  }

  @Test
  void pruneAsksAtATerminal() throws IOException {
    Path file = prunable();
    System.setProperty("orrery.input-terminal", "true");

    System.setIn(new ByteArrayInputStream("\n".getBytes(StandardCharsets.UTF_8)));
    Result refused = apply(file, "--prune");
    List<String> writtenBefore = writes();
    System.setIn(new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8)));
    Result agreed = apply(file, "--prune");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("Delete old of app a, with their waiting instances? [y/N]")
        .endsWith("Nothing was changed.\n");
    assertThat(writtenBefore).isEmpty();
    assertThat(agreed.exitCode()).isZero();
    assertThat(deletes()).containsExactly("DELETE /apps/a/jobs/old");
  }

  @Test
  void pruneWithoutTerminalNeedsYes() throws IOException {
    Result result = apply(prunable(), "--prune");

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("add --yes, or --dry-run");
    assertThat(scheduler.asked()).isEmpty();
  }

  @Test
  void dryRunOfANewAppIsRefusedForATokenThatMayNotCreateIt() throws IOException {
    Path file = write("jobs.yaml", one("new", "j"));
    scheduler.on("GET /apps/new", 404, "{\"code\":\"APP_NOT_FOUND\",\"detail\":\"No such app.\"}");
    scheduler.on(
        "PUT /apps/new/jobs/j?dryRun=true",
        404,
        "{\"code\":\"APP_NOT_FOUND\",\"detail\":\"No such app.\"}");
    scheduler
        .on("GET /cluster", 403, "{\"code\":\"FORBIDDEN\",\"detail\":\"Needs the role admin.\"}")
        .on("GET /cluster", 200, "{\"items\":[]}");

    Result refused = apply(file, "--dry-run");
    Result admin = apply(file, "--dry-run");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).startsWith("app 'new' must be created: FORBIDDEN: Needs the role");
    assertThat(admin.out()).startsWith("app new to be created\n  + j  new\n");
  }

  private Path prunable() throws IOException {
    app("a");
    job("a", "keep", SAME);
    scheduler.on(
        "GET /apps/a/jobs?limit=500",
        200,
        "{\"items\":[{\"name\":\"keep\"},{\"name\":\"old\"}],\"next\":null}");
    scheduler.on("DELETE /apps/a/jobs/old", 204, "");
    return write("jobs.yaml", one("a", "keep"));
  }

  private static String one(String app, String job) {
    return "app: " + app + "\njobs:\n  - name: " + job + "\n    processor: {type: noop}\n";
  }

  private void app(String name) {
    scheduler.on("GET /apps/" + name, 200, "{\"name\":\"" + name + "\"}");
  }

  private void job(String app, String job, String dryRun) {
    String path = "PUT /apps/" + app + "/jobs/" + job;
    scheduler.on(path + "?dryRun=true", 200, dryRun);
    scheduler.on(path, 200, "{\"name\":\"" + job + "\"}");
  }

  private List<String> puts() {
    return scheduler.asked().stream()
        .filter(call -> call.startsWith("PUT "))
        .map(call -> call.substring(0, call.indexOf(" {")))
        .toList();
  }

  private List<String> deletes() {
    return scheduler.asked().stream().filter(call -> call.startsWith("DELETE ")).toList();
  }

  private List<String> writes() {
    return scheduler.asked().stream()
        .filter(call -> !call.startsWith("GET ") && !call.contains("?dryRun=true"))
        .toList();
  }

  private Result apply(Path file, String... more) {
    String[] words = new String[3 + more.length];
    words[0] = "apply";
    words[1] = "-f";
    words[2] = file.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    return scheduler.run(words);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
