package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class CompletionTest {
  /** Stands for the program that the script asks for names; prints what it is asked, too. */
  private static final String PROGRAM =
      "#!/bin/sh\nshift\nkind=$1\necho $kind-a\necho $kind-b\necho asked-$*|tr ' ' -\n";

  @TempDir private Path directory;
  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void printsJobAndAppNamesForAnyCommandLine() {
    scheduler.on(
        "GET /apps/a/jobs?limit=500", 200, "{\"items\":[{\"name\":\"j\"},{\"name\":\"k\"}]}");
    scheduler.on("GET /apps?limit=500", 200, "{\"items\":[{\"name\":\"a\"}]}");

    assertThat(names("jobs", "run", "--follow", "-p", "x=y", "-a", "a").out()).isEqualTo("j\nk\n");
    assertThat(names("apps", "ps", "--bogus", "-a", "").out()).isEqualTo("a\n");
  }

  @Test
  void printsNoNamesOnErrors() {
    scheduler.on("GET /apps/a/jobs?limit=500", 401, "{\"code\":\"UNAUTHENTICATED\"}");

    Result refused = names("jobs", "-a", "a");

    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).startsWith("UNAUTHENTICATED");
  }

  @Test
  void stopsWaitingForNamesAfterGivenTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Result result =
          FakeScheduler.execute(
              "names",
              "apps",
              "--within",
              "1s",
              "--token",
              "t",
              "--url",
              "http://127.0.0.1:" + silent.getLocalPort());

      assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).isEqualTo("No answer within 1 s.\n");
    }
  }

  /** Allows a slow machine more time than a shell does. */
  private Result names(String... words) {
    return scheduler.run(
        Stream.concat(Stream.of("names", "--within", "60s"), Stream.of(words))
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "run,             '',      jobs-a jobs-b asked-jobs-run",
    "run -a,          '',      apps-a apps-b asked-apps-run--a",
    "run -a apps-b,   jobs-b,  jobs-b",
    "ps --job,        jobs-a,  jobs-a",
    "app delete,      apps-a,  apps-a",
    "ps -o,           '',      table json",
    "run,             --fol,   --follow",
    "'',              stat,    status"
  })
  void completesInBash(String line, String begun, String completions) throws Exception {
    Path program = Files.writeString(directory.resolve("orrery"), PROGRAM);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Path script =
        Files.writeString(directory.resolve("script"), FakeScheduler.execute("completion").out());

    assertThat(bash(script, program, line, begun)).isEqualTo(completions);
  }

  private static String bash(Path script, Path program, String line, String begun)
      throws IOException, InterruptedException {
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "compopt() { :; }; source \"$0\"; COMP_WORDS=(\"$1\" $2 \"$3\");"
                    + " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _complete_orrery;"
                    + " echo \"${COMPREPLY[*]}\"",
                script.toString(),
                program.toString(),
                line,
                begun)
            .redirectErrorStream(true)
            .start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  @Test
  void completesCommandsOptionsAndNamesInFish() {
    Result result = FakeScheduler.execute("completion", "fish");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .contains(
            "complete -c orrery -n '__fish_use_subcommand' -a run -d 'Runs a job, now or later, and"
                + " prints the ID of the instance'",
            "complete -c orrery -n '__fish_seen_subcommand_from run' -a '(_orrery_names jobs)'",
            "complete -c orrery -n '__fish_seen_subcommand_from token; and"
                + " __fish_seen_subcommand_from revoke' -s a -l app -x -a '(_orrery_names apps)' -d"
                + " 'Name of the app'",
            "complete -c orrery -n '__fish_seen_subcommand_from apply' -s f -l file -rF -d 'File in"
                + " YAML or JSON with \\'app:\\' and \\'jobs:\\' at the top, and possibly"
                + " \\'owner:\\''")
        .noneMatch(line -> line.contains("-a names"));
  }
}
