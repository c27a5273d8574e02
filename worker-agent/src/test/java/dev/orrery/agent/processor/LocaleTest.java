package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.agent.secret.SecretDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs programs of an agent in a locale without UTF-8, as cron and systemd start it. */
class LocaleTest {
  private static final String LETTERS = "héllo 名前 😀 it's \\0 %s";

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({"C,auto", "C,none", "C.UTF-8,auto", "en_XX,none"})
  void passesUtf8ToProgramsInAnyLocale(String locale, String isolation) throws Exception {
    // Not in /tmp, where no file of the host is seen.
    Path home =
        Files.createTempDirectory(Files.createDirectories(Path.of("target")).toRealPath(), "home");
    Path output = temporary.resolve("output");
    // Directories of a home are mounted one by one.
    new ProcessBuilder("/bin/sh", "-c", "mkdir \"$(printf 'd\\303\\244ta')\" 'b\\0141ck' '.\"q'")
        .directory(home.toFile())
        .start()
        .waitFor();
    ProcessBuilder agent =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            LocaleTest.class.getName(),
            isolation,
            temporary.resolve("work").toString(),
            output.toString());
    agent.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    agent.environment().put("LC_ALL", locale);
    agent.environment().put("HOME", home.toString());
    Path log = temporary.resolve("log");
    agent.redirectErrorStream(true).redirectOutput(log.toFile());

    try {
      assertThat(agent.start().waitFor()).as(() -> read(log)).isZero();
    } finally {
      AgentWorld.execute("rm", "-r", home.toString());
    }

    assertThat(Files.readAllLines(output))
        .containsExactly(
            "command " + LETTERS + "|" + LETTERS + "|",
            "script " + LETTERS + " " + LETTERS,
            "variables " + LETTERS);
    assertThat(read(log)).doesNotContain("not isolated");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  /** Runs the processor alone. */
  public static void main(String... args) throws Exception {
    ShellProcessor shell =
        ShellProcessor.open(
            FixedShellConfig.isolation(args[0]),
            Optional.of(Path.of(args[1])),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            SecretDirectory.open(Optional.empty()));
    List<String> lines = new ArrayList<>();
    try {
      lines.addAll(
          run(
              shell,
              FakeContext.command("printf", "command %s|%s|\\n", LETTERS, "${parameters.x}")));
      lines.addAll(
          run(
              shell,
              FakeContext.script(
                  "printf 'script %s %s\\n' \"$ORRERY_PARAM_x\" '"
                      + LETTERS.replace("'", "'\\''")
                      + "'")));
      lines.addAll(
          run(
              shell,
              FakeContext.command("sh", "-c", "printf 'variables %s\\n' \"$ORRERY_PARAM_X\"")));
    } finally {
      shell.close();
    }
    Files.write(Path.of(args[2]), lines);
  }

  private static List<String> run(ShellProcessor shell, FakeContext context) throws Exception {
    shell.process(context.parameter("x", LETTERS));
    return context.texts("stdout");
  }
}
