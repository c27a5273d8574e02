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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static final String APPLY = "POST /apps/a/jobs:apply";
  private static final String DRY_RUN = APPLY + "?dryRun=true";
  private static final String NO_APP = "{\"code\":\"APP_NOT_FOUND\",\"detail\":\"No such app.\"}";

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
  void printsAppJobsAndDifferencesAsJson() throws IOException {
    Path file = write("jobs.yaml", JOBS);
    planned(
        "a",
        same("keep"),
        "{\"name\":\"grow\",\"change\":\"update\",\"differences\":"
            + "[{\"field\":\"priority\",\"from\":5,\"to\":7}],\"version\":2}");

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
  void readsJobsFromStandardInput() {
    System.setIn(new ByteArrayInputStream(JOBS.getBytes(StandardCharsets.UTF_8)));
    planned("a", same("keep"), created("grow"));

    Result result = scheduler.run("apply", "-f", "-");

    assertThat(result.out().lines())
        .containsExactly(
            "app a",
            "  = keep  unchanged",
            "  + grow  created",
            "1 created, 0 updated, 1 unchanged");
  }

  @ParameterizedTest
  @CsvSource({
    "echo ${parameters.name},         ${parameters.name} write $ORRERY_PARAM_name",
    "echo ${HOME} ${parameters.a-b},  ${parameters.a-b} write $ORRERY_PARAM_a_b",
    "echo ${fireTime},                ${fireTime} write $ORRERY_FIRE_TIME",
  })
  void printsHintForPlaceholderInShellScript(String script, String hint) throws IOException {
    Path file = write("jobs.yaml", oneScript(script));
    planned("a", created("first"));

    Result result = apply(file);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err())
        .startsWith(file + ", line ")
        .contains(", job 'first': a script has no placeholders; in place of " + hint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo ${HOME} ${x:-y} ${parameters} ${$}", "echo $parameters.name", "ls"})
  void printsNoHintForLegalScript(String script) throws IOException {
    planned("a", created("first"));

    assertThat(apply(write("jobs.yaml", oneScript(script))).err()).isEmpty();
  }

  @Test
  void printsNoHintForUnchangedJob() throws IOException {
    planned("a", same("first"));

    assertThat(apply(write("jobs.yaml", oneScript("echo '${parameters.x}'"))).err()).isEmpty();
  }

  private static String oneScript(String script) {
    return one("a", "first").replace("{type: noop}", "{type: shell, script: \"" + script + "\"}");
  }

  @Test
  void checksAllFilesOfFolderBeforeApplyingThemInNameOrder() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("jobs"));
    Files.writeString(folder.resolve("2.yml"), one("a", "second"));
    Files.writeString(folder.resolve("1.yaml"), one("a", "first"));
    Files.writeString(folder.resolve("3.json"), "{\"app\":\"b\",\"jobs\":[{\"name\":\"third\"}]}");
    Files.writeString(folder.resolve("README.md"), "no jobs");
    planned("a", created("first"), created("second"));
    planned("b", created("third"));

    assertThat(apply(folder).exitCode()).isZero();

    String jobsOfA =
        "{\"prune\":false,\"jobs\":[{\"name\":\"first\",\"processor\":{\"type\":\"noop\"}},"
            + "{\"name\":\"second\",\"processor\":{\"type\":\"noop\"}}]}";
    String jobsOfB = "{\"prune\":false,\"jobs\":[{\"name\":\"third\"}]}";
    assertThat(scheduler.asked())
        .containsExactly(
            "POST /apps/a/jobs:apply?dryRun=true " + jobsOfA,
            "POST /apps/b/jobs:apply?dryRun=true " + jobsOfB,
            "POST /apps/a/jobs:apply " + jobsOfA,
            "POST /apps/b/jobs:apply " + jobsOfB);
  }

  @Test
  void writesNothingWhenLaterFileIsInvalid() throws IOException {
    Path good = write("good.yaml", one("a", "first"));
    Path bad = write("bad.yaml", one("a", "second") + "    timeout: 30\n");
    scheduler.on(
        DRY_RUN,
        400,
        "{\"code\":\"MALFORMED\",\"detail\":\"'jobs[1].timeout' must be a duration.\","
            + "\"field\":\"jobs[1].timeout\"}");

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
    assertThat(problem.path("field").asText()).isEqualTo("timeout");
    assertThat(writes()).isEmpty();
  }

  @Test
  void hintsAtTextOfFileWhereSchedulerSawAnotherValue() throws IOException {
    Path file = write("no.yaml", one("a", "second") + "    parameters: {country: no}\n");
    scheduler.on(
        DRY_RUN,
        422,
        "{\"code\":\"MALFORMED\",\"field\":\"jobs[0].parameters.country\",\"detail\":"
            + "\"'jobs[0].parameters.country' must be a string; write \\\"false\\\".\"}");

    assertThat(apply(file).err())
        .endsWith("MALFORMED: 'parameters.country' must be a string; write \"no\".\n");
  }

  @Test
  void reportsEveryErrorOfJobWithItsLine() throws IOException {
    Path bad = write("bad.yaml", one("a", "second") + "    timeout: 30\n    priorty: 5\n");
    scheduler.on(
        DRY_RUN,
        422,
        "{\"code\":\"INVALID\",\"detail\":\"'jobs[0].timeout' must be text.\","
            + "\"field\":\"jobs[0].timeout\",\"errors\":["
            + "{\"field\":\"jobs[0].timeout\",\"message\":\"'jobs[0].timeout' must be text.\"},"
            + "{\"field\":\"jobs[0].priorty\",\"message\":\"There is no field 'jobs[0].priorty'.\"}]}");

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
  void reportsJobsOfOtherOwnersWithFileAndLine() throws IOException {
    Path one = write("one.yaml", one("a", "first"));
    Path two = write("two.yaml", "# a comment\n" + one("a", "second"));
    String first = "Job 'first' belongs to the owner 'x', not to 'y'.";
    String second = "Job 'second' belongs to the owner 'z', not to 'y'.";
    scheduler.on(
        DRY_RUN,
        412,
        ("{\"code\":\"PRECONDITION_FAILED\",\"detail\":\"%s %s\",\"field\":\"jobs[0]\",\"errors\":["
                + "{\"field\":\"jobs[0]\",\"message\":\"%s\"},"
                + "{\"field\":\"jobs[1]\",\"message\":\"%s\"}]}")
            .formatted(first, second, first, second));

    Result result = apply(one, "-f", two.toString(), "--owner", "y");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .isEqualTo(
            one
                + ", line 3, job 'first': PRECONDITION_FAILED: "
                + first
                + "\n"
                + two
                + ", line 4, job 'second': PRECONDITION_FAILED: "
                + second
                + "\n");
  }

  @Test
  void reportsInvalidOwnerWithItsLineOrOption() throws IOException {
    ownerIsRefused();
    Path stated = write("stated.yaml", "app: a\nowner: a b\njobs: []\n");
    System.setIn(new ByteArrayInputStream(Files.readAllBytes(stated)));

    String error = "INVALID: 'owner' must be a name.\n";
    assertThat(apply(stated).err()).isEqualTo(stated + ", line 2: " + error);
    assertThat(scheduler.run("apply", "-f", "-").err())
        .isEqualTo("standard input, line 2: " + error);
    assertThat(apply(write("jobs.yaml", JOBS), "--owner", "a b").err())
        .isEqualTo("--owner: " + error);
    JsonNode problem = new ObjectMapper().readTree(apply(stated, "-o", "json").err());
    assertThat(problem.at("/errors/0/file").asText()).isEqualTo(stated.toString());
    assertThat(problem.at("/errors/0/line").asInt()).isEqualTo(2);
  }

  @Test
  void reportsTopLevelErrorsTogetherWithSchedulerErrors() throws IOException {
    ownerIsRefused();
    Path file =
        write(
            "jobs.yaml",
            """
            app: a
            ownr: x
            owner: a b
            jobs:
              - name: good
              - processor: {type: noop}
              - name: good
            """);

    Result result = apply(file);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err().lines())
        .containsExactly(
            file
                + ", line 2: unknown field 'ownr'; known are app, owner, jobs. Did you mean owner?",
            file + ", line 6: jobs[1] has no 'name'",
            file + ", line 7: duplicate job 'good'",
            file + ", line 3: INVALID: 'owner' must be a name.");
    assertThat(writes()).isEmpty();
  }

  @Test
  void reportsTopLevelErrorsWhenSchedulerIsUnreachable() throws IOException {
    Path file = write("jobs.yaml", "ownr: x\n" + one("a", "j"));
    scheduler.close();

    Result result = apply(file);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err())
        .isEqualTo(
            file
                + ", line 1: unknown field 'ownr'; known are app, owner, jobs. Did you mean"
                + " owner?\n");
  }

  @Test
  void reportsErrorsOfSeveralAppsTogether() throws IOException {
    for (String app : List.of("a", "b")) {
      scheduler.on(
          "POST /apps/" + app + "/jobs:apply?dryRun=true",
          422,
          "{\"code\":\"INVALID\",\"detail\":\"'jobs[0].timeout' must be text.\","
              + "\"field\":\"jobs[0].timeout\"}");
    }
    Path one = write("one.yaml", one("a", "first") + "    timeout: 30\n");
    Path two = write("two.yaml", one("b", "second") + "    timeout: 30\n");

    Result result = apply(one, "-f", two.toString());

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err().lines())
        .containsExactly(
            one + ", line 5, job 'first': INVALID: 'timeout' must be text.",
            two + ", line 5, job 'second': INVALID: 'timeout' must be text.");
  }

  private void ownerIsRefused() {
    scheduler.on(
        DRY_RUN,
        422,
        "{\"code\":\"INVALID\",\"detail\":\"'owner' must be a name.\",\"field\":\"owner\","
            + "\"errors\":[{\"field\":\"owner\",\"message\":\"'owner' must be a name.\"}]}");
  }

  @Test
  void usesOwnerFromFilesOrFromOptionButNotBoth() throws IOException {
    planned("a", same("j"));
    Path stated = write("stated.yaml", "owner: repo\n" + one("a", "j"));
    Path unstated = write("unstated.yaml", one("a", "k"));

    apply(stated, "-f", unstated.toString());
    apply(unstated, "--owner", "given");
    Result both = apply(stated, "--owner", "given");
    Result two = apply(stated, "-f", write("two.yaml", "owner: x\n" + one("a", "l")).toString());

    assertThat(scheduler.asked().get(0)).startsWith(DRY_RUN + " {\"owner\":\"repo\",");
    assertThat(scheduler.asked().get(2)).startsWith(DRY_RUN + " {\"owner\":\"given\",");
    assertThat(scheduler.asked()).hasSize(4);
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err())
        .isEqualTo(
            stated
                + ", line 1: the owner is 'repo', but the jobs of app a are applied as 'given'\n");
    assertThat(two.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(two.err())
        .contains("line 1: the owner is 'x', but the jobs of app a are applied as");
  }

  @Test
  void refusesEmptyFolderAndDuplicateJob() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path one = write("one.yaml", one("a", "j"));
    Path two = write("two.yaml", "# a comment\n" + one("a", "j"));

    Result nothing = apply(empty);
    Result twice = apply(one, "-f", two.toString());

    assertThat(nothing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.err()).contains("has no file .yaml, .yml or .json");
    assertThat(twice.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(twice.err())
        .contains("Duplicate job 'j' of app a: " + one + ", line 3 and " + two + ", line 4");
    assertThat(scheduler.asked()).isEmpty();
  }

  @Test
  void prunesJobsMissingFromTheFiles() throws IOException {
    Path file = prunable();

    Result planned = apply(file, "--prune", "--dry-run");
    assertThat(writes()).isEmpty();
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
    assertThat(writes())
        .hasSize(2)
        .allMatch(call -> call.startsWith(APPLY + " {\"owner\":\"repo\",\"prune\":true,"));
  }

  @Test
  void countsDeletionsTruncatedFromThePlan() throws IOException {
    String plan =
        "{\"jobs\":[{\"name\":\"grow\",\"change\":\"update\",\"differences\":[],"
            + "\"truncated\":true},{\"name\":\"old\",\"change\":\"delete\","
            + "\"differences\":[]}],\"unlistedDeletions\":7}";
    scheduler.on(DRY_RUN, 200, plan);
    scheduler.on(APPLY, 200, plan);
    Path file = write("jobs.yaml", "owner: repo\n" + JOBS);
    System.setProperty("orrery.input-terminal", "true");
    System.setIn(new ByteArrayInputStream("y\n".getBytes(StandardCharsets.UTF_8)));

    Result text = apply(file, "--prune");
    Result json = apply(file, "--prune", "--yes", "-o", "json");

    assertThat(text.err()).contains("Delete old of app a and 7 more, with their waiting instances");
    assertThat(text.out().lines())
        .containsExactly(
            "app a",
            "  ~ grow  updated",
            "      and more: the plan shows the first 1 MiB of differences",
            "  - old   deleted",
            "  - and 7 more  deleted",
            "0 created, 1 updated, 0 unchanged, 8 deleted");
    assertThat(json.out())
        .contains("\"unlistedDeletions\":7", "\"differences\":[],\"truncated\":true}");
  }

  @Test
  void asksForConfirmationOfPruneAtTerminal() throws IOException {
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
    assertThat(writes()).hasSize(1);
  }

  @Test
  void requiresYesOptionForPruneWithoutTerminal() throws IOException {
    Result result = apply(prunable(), "--prune");

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("add --yes, or --dry-run");
    assertThat(scheduler.asked()).isEmpty();
  }

  @Test
  void refusesPruneWithoutOwner() throws IOException {
    Result result = apply(write("jobs.yaml", one("a", "keep")), "--prune", "--yes");

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err())
        .isEqualTo(
            "--prune deletes jobs of the same owner only: add --owner NAME, or 'owner: NAME' at the"
                + " top of a file of app a\n");
    assertThat(scheduler.asked()).isEmpty();
  }

  @Test
  void createsNewAppBeforeItsJobs() throws IOException {
    scheduler
        .on("POST /apps/a/jobs:apply?dryRun=true", 404, NO_APP)
        .on("GET /cluster", 200, "{\"items\":[]}")
        .on("PUT /apps/a", 201, "{\"name\":\"a\"}")
        .on(APPLY, 200, "{\"jobs\":[" + created("j") + "]}");

    Result result = apply(write("jobs.yaml", one("a", "j")));

    assertThat(result.out())
        .isEqualTo("app a created\n  + j  created\n1 created, 0 updated, 0 unchanged\n");
    assertThat(writes())
        .extracting(call -> call.substring(0, call.indexOf(" {")))
        .containsExactly("PUT /apps/a", APPLY);
  }

  @Test
  void refusesDryRunOfNewAppWithoutAdminRole() throws IOException {
    Path file = write("jobs.yaml", one("new", "j"));
    scheduler.on("POST /apps/new/jobs:apply?dryRun=true", 404, NO_APP);
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
    planned("a", same("keep"), "{\"name\":\"old\",\"change\":\"delete\",\"differences\":[]}");
    return write("jobs.yaml", "owner: repo\n" + one("a", "keep"));
  }

  private static String one(String app, String job) {
    return "app: " + app + "\njobs:\n  - name: " + job + "\n    processor: {type: noop}\n";
  }

  private static String created(String job) {
    return "{\"name\":\"" + job + "\",\"change\":\"create\",\"differences\":[],\"version\":1}";
  }

  private static String same(String job) {
    return "{\"name\":\"" + job + "\",\"change\":\"none\",\"differences\":[],\"version\":1}";
  }

  /** Answers both the dry run and the apply. */
  private void planned(String app, String... jobs) {
    String plan = "{\"jobs\":[" + String.join(",", jobs) + "]}";
    scheduler.on("POST /apps/" + app + "/jobs:apply?dryRun=true", 200, plan);
    scheduler.on("POST /apps/" + app + "/jobs:apply", 200, plan);
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
