package dev.orrery.agent.processor;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.annotation.NonRetryableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The files of a user who runs {@code ./orrery up}, below a directory that programs see, and an
 * agent of that user or of root. All files that hold a secret contain {@link #SECRET}.
 */
final class AgentWorld implements AutoCloseable {
  static final String SECRET = "TOP-SECRET";
  static final String OTHER = "nobody";

  private final Path root;
  private final boolean asRoot;
  private final List<Process> agents = new ArrayList<>();
  private Process agent;
  private int scripts;

  /**
   * @param asRoot an agent of root that starts programs as another user; otherwise an agent of that
   *     user
   */
  AgentWorld(boolean asRoot) throws Exception {
    this.asRoot = asRoot;
    // Below no checkout, which programs could not change, and not in /tmp, which they do not see.
    root = Files.createTempDirectory(Path.of("/var/tmp").toRealPath(), "orrery-world-");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    script(installation().resolve("orrery"), "echo status");
    write("home/apps/orrery/lib/orrery-cli.jar", "jar");
    write("home/apps/orrery/.orrery/data/admin-token", SECRET);
    write("home/.profile", "# start file");
    write("home/.ssh/id", "key");
    write("home/run.sh", "echo run by the operator");
    write("home/data/in", "free");
    write("home/dotfiles/bashrc", "# start file");
    Files.createSymbolicLink(home().resolve(".bashrc"), Path.of("dotfiles/bashrc"));
    write("home/dotfiles/readme", "free");
    script(root.resolve("home/tools/tool"), "echo tool");
    write("etc/token", SECRET);
    write("mounted/..1/token", SECRET);
    Files.createSymbolicLink(root.resolve("mounted/..data"), Path.of("..1"));
    Files.createSymbolicLink(root.resolve("mounted/token"), Path.of("..data/token"));
    write("shared/in", "free");
    Files.createDirectory(root.resolve("work"));
    copyClasses();
    own();
  }

  private static boolean isRoot() {
    return ProgramUser.isAgentRoot();
  }

  Path root() {
    return root;
  }

  Path home() {
    return root.resolve("home");
  }

  Path installation() {
    return root.resolve("home/apps/orrery");
  }

  Path hidden() {
    return installation().resolve(".orrery");
  }

  private Path write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text + "\n");
  }

  private void script(Path file, String text) throws IOException {
    write(root.relativize(file).toString(), "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Lets programs change everything that the operator may change. */
  private void own() throws Exception {
    if (isRoot()) {
      execute("chown", "-R", "--no-dereference", OTHER, root.toString());
    }
  }

  static void execute(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(List.of(command) + " failed");
    }
  }

  /** Copies the classes, because the other user may not read the Maven repository. */
  private void copyClasses() throws Exception {
    List<Class<?>> of =
        List.of(
            ShellProcessor.class,
            ShellRunner.class,
            ProcessorSpec.class,
            AttemptContext.class,
            NonRetryableException.class,
            Logger.class,
            io.smallrye.config.ConfigMapping.class);
    int number = 0;
    for (Class<?> type : of) {
      Path from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path to = root.resolve("classes/" + number++ + (Files.isDirectory(from) ? "" : ".jar"));
      Files.createDirectories(to.getParent());
      if (Files.isDirectory(from)) {
        copy(from, to);
      } else {
        Files.copy(from, to);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /** Starts the agent in the installation, and waits until it runs programs. */
  void start() throws IOException {
    start(
        asRoot ? root.resolve("work").toString() : "-",
        root.resolve("etc/token"),
        hidden(),
        root.resolve("mounted/token"));
  }

  /** Returns the first output lines of an agent, which may refuse to start. */
  String start(String work, Path tokenFile, Path... hidden) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot() && !asRoot) {
      command.addAll(
          List.of("setpriv", "--reuid=" + OTHER, "--regid=nogroup", "--clear-groups", "--"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-Duser.home=" + home(), "-cp", classPath()));
    command.add(ShellRunner.class.getName());
    command.addAll(List.of(asRoot ? OTHER : "-", work, tokenFile.toString()));
    for (Path path : hidden) {
      command.add(path.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(installation().toFile());
    builder.environment().put("HOME", home().toString());
    builder.environment().put("PATH", System.getenv("PATH") + ":" + home().resolve("tools"));
    agent = builder.start();
    agents.add(agent);
    List<String> lines = new ArrayList<>();
    BufferedReader reader = agent.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (line.equals("up")) {
        break;
      }
    }
    return String.join("\n", lines);
  }

  private String classPath() throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve("classes"))) {
      return String.join(":", entries.map(Path::toString).sorted().toList());
    }
  }

  /**
   * Runs a script in which {@code @} stands for the root of the world; returns all lines and the
   * outcome.
   */
  List<String> run(String script) throws IOException {
    begin(script);
    return end();
  }

  void begin(String script) throws IOException {
    Path file = Files.writeString(root.resolve("classes/script-" + ++scripts), at(script));
    Writer writer = agent.outputWriter();
    writer.write(file + "\n");
    writer.flush();
  }

  List<String> end() throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader reader = agent.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (line.startsWith("end ")) {
        return lines;
      }
    }
    throw new IOException("the agent ended after " + lines);
  }

  String at(String text) {
    return text.replace("@", root.toString());
  }

  /** Replaces a file by a rename, as an operator rotates a secret. */
  void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling(".next"), text + "\n");
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns path, kind and content of everything that programs must not change. */
  Map<String, String> protectedFiles() throws IOException {
    Map<String, String> files = new TreeMap<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = root.relativize(path).toString();
            if (List.of("classes", "work", "shared", "home/data").contains(name)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            files.put(name, describe(path));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            files.put(root.relativize(path).toString(), describe(path));
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static String describe(Path path) throws IOException {
    String mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS).toString();
    return mode + (Files.isRegularFile(path) ? " " + Files.readString(path) : "");
  }

  @Override
  public void close() throws IOException {
    for (Process one : agents) {
      one.getOutputStream().close();
      one.onExit().join();
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
