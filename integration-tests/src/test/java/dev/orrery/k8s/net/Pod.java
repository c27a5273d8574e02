package dev.orrery.k8s.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Commands;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A network, a process tree and mounts of its own. They have no names and belong to {@link InPod},
 * the first process: when it ends for any reason, the system ends all others in the pod and removes
 * the network.
 */
final class Pod implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process holder;
  private final BufferedWriter lines;
  private final BufferedReader answers;
  private final List<Process> programs = new ArrayList<>();
  private long first;

  private Pod(String name, Process holder) {
    this.name = name;
    this.holder = holder;
    this.lines = holder.outputWriter();
    this.answers = holder.inputReader();
  }

  /** Starts without waiting, because many start at once. */
  static Pod launch(String name) {
    List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--pid"));
    command.add("--uts");
    command.addAll(List.of("--fork", "--kill-child", "--mount-proc"));
    // A JVM looks for addresses of IPv6 once, when it starts; those of loopback will do.
    command.addAll(List.of("sh", "-ec", "ip link set lo up; exec \"$@\"", "sh"));
    command.addAll(
        List.of(
            java(), "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+UseSerialGC", "-Xmx48m"));
    command.addAll(List.of("-cp", classes(), InPod.class.getName(), name.replace(' ', '-')));
    try {
      return new Pod(
          name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classes() {
    try {
      return Path.of(Pod.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  void awaitStart() {
    String line = answer();
    if (!line.equals(InPod.STARTED)) {
      throw new AssertionError("Pod " + name + " did not start: " + line);
    }
    first = holder.children().findFirst().orElseThrow().pid();
  }

  /** Returns the machine's process id of its first process. */
  long pid() {
    return first;
  }

  /** Runs a system program in the pod's network, with the machine's mounts and processes. */
  void inNetwork(String input, String... program) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(first), "--net"));
    command.addAll(List.of(program));
    Commands.run(command, input);
  }

  /** Mounts a file over another one, for this pod only. */
  void mount(Path file, String place) {
    Commands.run(
        List.of(
            "nsenter",
            "--target",
            Long.toString(first),
            "--mount",
            "mount",
            "--bind",
            file.toString(),
            place),
        "");
  }

  /**
   * Starts a program in the pod.
   *
   * @param directory its working directory
   * @param environment its whole environment, except for a search path
   * @param log for its output
   */
  Process start(List<String> program, Path directory, Map<String, String> environment, Path log) {
    List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(first)));
    command.addAll(
        List.of("--net", "--mount", "--pid", "--uts", "env", "-C", directory.toString()));
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      programs.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends SIGKILL to all started programs and their children. */
  void endPrograms() {
    for (Process program : programs) {
      program.descendants().forEach(ProcessHandle::destroyForcibly);
      program.destroyForcibly().onExit().join();
    }
    programs.clear();
  }

  /** Opens a port that answers over TCP and UDP. */
  void listen(int port) {
    ask("listen " + port);
    answer();
  }

  /** Starts to dial; {@link #dialled()} returns the results. */
  void dial(List<Target> targets) {
    ask("dial " + targets.stream().map(Target::toString).collect(Collectors.joining(" ")));
  }

  List<Reach> dialled() {
    return Arrays.stream(answer().split(" ", -1)).map(Reach::valueOf).toList();
  }

  /**
   * The result of a call.
   *
   * @param status 0 without a response; then the body contains the error
   */
  record Answer(int status, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + this, e);
      }
    }
  }

  /** Calls from the pod; the body must not contain spaces. */
  Answer call(String method, String url, String token, String body) {
    ask(String.join(" ", "call", method, url, token, body));
    String[] answer = answer().split(" ", 2);
    return new Answer(Integer.parseInt(answer[0]), answer[1]);
  }

  private void ask(String line) {
    try {
      lines.write(line);
      lines.newLine();
      lines.flush();
    } catch (IOException e) {
      throw new AssertionError("Pod " + name + " is gone", e);
    }
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new AssertionError("Pod " + name + " has ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    try {
      lines.close();
      if (!holder.waitFor(10, TimeUnit.SECONDS)) {
        holder.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      holder.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
