package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that images match the port plan and the manifests. */
class ContainerfilesTest {
  private static final String AGENT_INIT = "/usr/local/bin/agent-init";

  /** The last line waits until each of the processes is gone; a zombie never is. */
  private static final String LEAVE_PROCESSES =
      """
      left=
      for i in 1 2 3 4 5; do
        left="$left $(sh -c 'sleep 300 >/dev/null & echo $!')"
      done
      set -- $left
      echo "$# left"
      kill $left
      for process in $left; do
        tries=0
        while [ -e /proc/$process ] && [ $tries -lt 100 ]; do
          sleep 0.1
          tries=$((tries + 1))
        done
        [ ! -e /proc/$process ] || exit 1
      done
      echo "none left"
      exit 7
      """;

  @ParameterizedTest
  @CsvSource({
    "jvm, scheduler, 'HTTP,AKKA'",
    "jvm, agent, 'HTTP,AKKA'",
    "native, scheduler, HTTP",
    "native, agent, HTTP"
  })
  void exposesOpenPortsOfPortPlan(String kind, String target, String spoken) throws IOException {
    Matcher exposed =
        Pattern.compile("FROM runtime AS " + target + "\\n(?:[^F].*\\n)*?EXPOSE (.*)\\n")
            .matcher(text(kind));
    assertThat(exposed.find()).isTrue();
    Set<String> planned = new TreeSet<>();
    Set<Protocol> active = Set.copyOf(Protocol.parseList(spoken));
    for (PlannedPort port : PortPlan.of(Numbers.DEFAULTS, new Situation(active, true, Map.of()))) {
      if (port.open() && port.side().equals(target)) {
        planned.add(Integer.toString(port.number()));
      }
    }

    assertThat(exposed.group(1).split(" ")).containsExactlyInAnyOrderElementsOf(planned);
  }

  @ParameterizedTest
  @CsvSource({"jvm", "native"})
  void runsAsUserDefinedInKubernetesManifests(String kind) throws IOException {
    Matcher user = Pattern.compile("\\nUSER (\\d+):(\\d+)\\n").matcher(text(kind));
    assertThat(user.find()).isTrue();

    for (Workload workload : Overlay.rendered("both").workloads()) {
      assertThat(workload.pod().getSecurityContext().getRunAsUser()).hasToString(user.group(1));
      assertThat(workload.pod().getSecurityContext().getRunAsGroup()).hasToString(user.group(2));
    }
    assertThat(text(kind)).contains("'orrery:x:" + user.group(1) + ":" + user.group(2) + ":");
  }

  /** A JVM ignores an archive of another JVM, or of jars at another path. */
  @ParameterizedTest
  @CsvSource({"scheduler", "agent"})
  void startsWithClassArchiveBuiltForSameJavaAndPath(String target) throws IOException {
    String text = text("jvm").replace("\\\n", "");
    String home = "/app/" + target;
    Matcher made =
        Pattern.compile(
                "archive --file orrery\\.jsa .*--"
                    + target
                    + " (\\S+) --"
                    + target
                    + "-options \"([^\"]*)\"")
            .matcher(text);
    Matcher entryPoint =
        Pattern.compile("FROM runtime AS " + target + "\\n(?:[^F].*\\n)*?ENTRYPOINT \\[(.*)]")
            .matcher(text);
    assertThat(made.find()).isTrue();
    assertThat(entryPoint.find()).isTrue();

    assertThat(text).contains("FROM ${RUNTIME_IMAGE} AS runtime\n", "FROM runtime AS packages\n");
    assertThat(made.group(1)).isEqualTo(home);
    List<String> command = new ArrayList<>();
    if (target.equals("agent")) {
      command.add(AGENT_INIT);
    }
    command.add("java");
    command.addAll(List.of(made.group(2).split(" ")));
    assertThat(command).contains("-XX:+DisableAttachMechanism");
    command.add("-XX:SharedArchiveFile=" + home + "/orrery.jsa");
    command.addAll(List.of("-jar", home + "/quarkus-run.jar"));
    assertThat(entryPoint.group(1).replace("\"", "").split(", +"))
        .containsExactlyElementsOf(command);
    for (String part : List.of("lib/", "quarkus-run.jar", "quarkus/", "app/", "orrery.jsa")) {
      assertThat(text).contains("COPY --from=packages " + home + "/" + part + " " + target + "/");
    }
  }

  @ParameterizedTest
  @CsvSource({"jvm", "native"})
  void startsAgentUnderInitProcess(String kind) throws IOException {
    assertThat(text(kind))
        .containsPattern(
            "FROM runtime AS agent\\n(?:[^F].*\\n)*?COPY --chmod=755 packaging/images/agent-init "
                + AGENT_INIT
                + "\\nENTRYPOINT \\[\""
                + AGENT_INIT
                + "\", \"");
    assertThat(init()).isExecutable();
  }

  private static Path init() {
    return Overlay.ROOT.resolveSibling("packaging/images/agent-init");
  }

  /** Job programs leave processes, which the kernel reparents to process 1. */
  @Test
  void reapsOrphanedProcessesInInit() throws Exception {
    List<String> namespace =
        List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--");
    List<String> trial = new ArrayList<>(namespace);
    trial.add("true");
    if (new ProcessBuilder(trial).start().waitFor() != 0) {
      System.out.println("SKIPPED initReapsWhatProgramsLeave: it needs namespaces");
      Assumptions.abort("it needs namespaces");
    }
    List<String> command = new ArrayList<>(namespace);
    command.addAll(List.of(init().toString(), "sh", "-c", LEAVE_PROCESSES));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isEqualTo(7);
    assertThat(output).isEqualTo("5 left\nnone left\n");
  }

  @ParameterizedTest
  @CsvSource({"TERM", "INT"})
  void forwardsSignalsAndReturnsExitCodeInInit(String signal) throws Exception {
    // A program in the background of a shell ignores INT, and so would all that it starts.
    Process process =
        new ProcessBuilder(
                "env",
                "--default-signal=INT",
                init().toString(),
                "sh",
                "-c",
                "trap 'sleep 0.3; echo bye; exit 9' TERM; echo up; while :; do sleep 0.05; done")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader();
    assertThat(output.readLine()).isEqualTo("up");

    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();

    assertThat(process.waitFor()).isEqualTo(9);
    assertThat(output.readLine()).isEqualTo("bye");
  }

  /** A native program needs at least the glibc version of its build image. */
  @Test
  void runsNativeProgramsOnSameOrNewerGlibcThanTheirBuilder() throws IOException {
    assertThat(glibc(argument("RUNTIME_IMAGE")))
        .isGreaterThanOrEqualTo(glibc(argument("BUILD_IMAGE")));
  }

  private static String argument(String name) throws IOException {
    Matcher argument = Pattern.compile("\\nARG " + name + "=(\\S+)\\n").matcher(text("native"));
    assertThat(argument.find()).as(name).isTrue();
    return argument.group(1);
  }

  /** Returns the minor version; the major version is always 2. */
  private static int glibc(String image) {
    Map<String, Integer> known = Map.of("/ubi8", 28, "/ubi9", 34, "debian:12", 36, "debian:13", 41);
    return known.entrySet().stream()
        .filter(entry -> image.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(() -> new AssertionError("Add the glibc of " + image + " to this test"));
  }

  /** The Job of the quickstart runs the command line in the scheduler's image. */
  @Test
  void containsCommandLineForQuickstartSetup() throws IOException {
    Workload setup =
        Overlay.rendered("quickstart").workloads().stream()
            .filter(Workload::isSetup)
            .findFirst()
            .orElseThrow();
    List<String> command = setup.container().getCommand();
    String mainClass = command.get(command.size() - 1);
    Path source =
        Overlay.ROOT.resolveSibling("cli/src/main/java/" + mainClass.replace('.', '/') + ".java");

    assertThat(setup.container().getImage()).startsWith("orrery-scheduler:");
    assertThat(command).containsSequence("-cp", "/app/cli/orrery-cli.jar");
    assertThat(source).content().contains("public static void main(");
    assertThat(text("jvm"))
        .containsPattern(
            "FROM runtime AS scheduler\\n(?:[^F].*\\n)*?COPY --from=packages /cli/ cli/\\n")
        .contains("COPY --chmod=755 packaging/images/orrery /usr/local/bin/orrery");
    assertThat(Overlay.ROOT.resolveSibling("packaging/images/orrery"))
        .isExecutable()
        .content()
        .contains(
            "/app/cli/orrery-cli.jar",
            "-XX:+DisableAttachMechanism",
            "-Dorrery.terminal=$terminal");
  }

  /**
   * The client uses the admin token only for local URLs; a variable would apply to any URL.
   *
   * @param settings of the scheduler, whose environment it is
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                                                | http://localhost:7700
          QUARKUS_HTTP_PORT=7701                                                | http://localhost:7701
          QUARKUS_HTTP_INSECURE_REQUESTS=disabled QUARKUS_HTTP_SSL_PORT=7700    | https://localhost:7700
          QUARKUS_HTTP_INSECURE_REQUESTS=disabled ORRERY_URL=https://other:7700 | https://other:7700
          """)
  void passesArgumentsThroughWithoutExportingAdminToken(
      String settings, String url, @TempDir Path directory) throws Exception {
    Path java = directory.resolve("java");
    Files.writeString(
        java, "#!/bin/sh\necho \"$ORRERY_URL ${ORRERY_TOKEN-none} ${JDK_JAVA_OPTIONS-none} $*\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Overlay.ROOT.resolveSibling("packaging/images/orrery").toString(),
            "ps",
            "--url",
            "http://other");
    builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    builder.environment().put("ORRERY_SECURITY_ADMIN_TOKEN", "admin-secret");
    builder.environment().put("JDK_JAVA_OPTIONS", "-Xmx1g");
    builder.environment().put("CLI_JAVA_OPTIONS", "-Da=1 -Db=2");
    builder.environment().keySet().removeAll(Set.of("ORRERY_TOKEN", "ORRERY_URL"));
    for (String setting : settings == null ? new String[0] : settings.split(" ")) {
      String[] parts = setting.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .startsWith(url + " none none ")
        .endsWith(" -Da=1 -Db=2 -jar /app/cli/orrery-cli.jar ps --url http://other\n");
  }

  /** The scheduler's package contains it. */
  @Test
  void includesOpenApiDocumentInImageSources() {
    assertThat(Overlay.ROOT.resolveSibling(".dockerignore"))
        .content()
        .containsSubsequence("docs/*\n", "!docs/openapi.yaml\n");
  }

  private static String text(String kind) throws IOException {
    return Files.readString(Overlay.ROOT.resolveSibling("packaging/images/Containerfile." + kind));
  }
}
