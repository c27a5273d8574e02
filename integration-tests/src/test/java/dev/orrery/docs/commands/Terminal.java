package dev.orrery.docs.commands;

import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader's shell, with its own loopback and processes: the ports of the pages are free in it, and
 * all its processes end with it.
 */
final class Terminal implements AutoCloseable {
  private static final Duration MAX_COMMAND = Duration.ofMinutes(3);
  private static final long TRIAL_SECONDS = 20;

  /** Printed by a program in the foreground when it is ready. */
  private static final Pattern SERVES = Pattern.compile("Ctrl-C|started in");

  /** Printed by an agent, which connects after it is ready. */
  private static final Pattern CONNECTED = Pattern.compile("Session opened");

  private final Path directory;
  private final Path screen;
  private final Process shell;
  private final Writer keys;
  private int commands;
  private int backgrounds;
  private int read;

  /**
   * @param exitCode of the last failed command; 0 if none failed
   * @param output of standard output and standard error, interleaved as in a terminal
   */
  record Result(int exitCode, String output) {}

  Terminal(Path directory) throws IOException {
    this.directory = directory;
    this.screen = Files.createFile(directory.resolve(".screen"));
    List<String> command = isolated("exec bash --norc");
    this.shell =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile())
            .start();
    this.keys = shell.outputWriter(StandardCharsets.UTF_8);
  }

  /** Returns why this machine cannot run such a terminal; empty if it can. */
  static Optional<String> missing() throws IOException, InterruptedException {
    Process trial;
    try {
      trial = new ProcessBuilder(isolated("bash --version")).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Optional.of("needs unshare (util-linux): " + e.getMessage());
    }
    if (!trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
      trial.destroyForcibly().waitFor();
    }
    return trial.exitValue() == 0
        ? Optional.empty()
        : Optional.of(
            "needs network namespaces, for root or for users, and iproute2: "
                + new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static List<String> isolated(String script) {
    List<String> command = new ArrayList<>(List.of("unshare"));
    if (!"root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root, so the user must stay who it is.
      command.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
    }
    command.addAll(List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"));
    command.addAll(List.of("sh", "-ec", "ip link set lo up; " + script));
    return command;
  }

  Result run(String text) {
    String end = "end-of-" + ++commands;
    type("failed=0; trap 'failed=$?' ERR\n{\n" + text + "\n} </dev/null\n");
    type("trap - ERR; printf '\\n%s %s\\n' " + end + " $failed\n");
    Pattern marker = Pattern.compile("\n" + end + " (\\d+)\n");
    Await.until(
        () -> "the end of:\n" + text + "\nIt printed:\n" + unread(),
        MAX_COMMAND,
        () -> marker.matcher(unread()).find());
    String printed = unread();
    Matcher found = marker.matcher(printed);
    if (!found.find()) {
      throw new IllegalStateException("The end has gone: " + printed);
    }
    read += found.end();
    return new Result(Integer.parseInt(found.group(1)), printed.substring(0, found.start()));
  }

  /** Starts a command that stays, and waits until it is ready. */
  void runInBackground(String command) {
    Path output = directory.resolve(".background-" + ++backgrounds);
    Pattern ready = command.contains("orrery.worker.app") ? CONNECTED : SERVES;
    run("{ " + command + "\n} >" + output.getFileName() + " 2>&1 &");
    Await.until(
        () -> command + " serves. It printed:\n" + text(output),
        MAX_COMMAND,
        () -> ready.matcher(text(output)).find());
  }

  private String unread() {
    return text(screen).substring(read);
  }

  private void type(String text) {
    try {
      keys.write(text);
      keys.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The shell has ended: " + unread(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly().onExit().join();
  }
}
