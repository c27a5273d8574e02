package dev.orrery.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the process that listens on a port, through Linux {@code /proc}. Processes of other users
 * are not readable.
 */
public final class PortOwner {
  private static final String LISTENS = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final Path proc;

  PortOwner() {
    this(Path.of("/proc"));
  }

  PortOwner(Path proc) {
    this.proc = proc;
  }

  /** Returns the name and the id of the process; empty if unknown. */
  Optional<String> find(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      sockets.addAll(sockets(proc.resolve(table), port));
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    return children(proc).stream()
        .filter(process -> process.getFileName().toString().matches("\\d+"))
        .filter(process -> children(process.resolve("fd")).stream().anyMatch(fd -> is(fd, sockets)))
        .findFirst()
        .map(process -> name(process) + " (process " + process.getFileName() + ")");
  }

  /**
   * Returns a hint about the process on the default API port, which may be a stack whose directory
   * was removed; empty if the port is free.
   */
  public static Optional<String> ofUsualApi() {
    return new PortOwner().hint(StackPorts.DEFAULT.api());
  }

  Optional<String> hint(int port) {
    return find(port)
        .map(
            owner ->
                "Port "
                    + port
                    + " is used by "
                    + owner
                    + ", which no .orrery here names. If it is a stack whose .orrery was removed, end it"
                    + " with Ctrl-C in its terminal, or with kill.");
  }

  private static Set<String> sockets(Path table, int port) {
    Set<String> sockets = new HashSet<>();
    String address = String.format(":%04X", port);
    for (String line : lines(table)) {
      String[] fields = line.strip().split(" +", -1);
      if (fields.length > INODE
          && fields[LOCAL_ADDRESS].endsWith(address)
          && fields[STATE].equals(LISTENS)) {
        sockets.add("socket:[" + fields[INODE] + "]");
      }
    }
    return sockets;
  }

  private static boolean is(Path descriptor, Set<String> sockets) {
    try {
      return sockets.contains(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException e) {
      return false; // It was closed meanwhile.
    }
  }

  private static String name(Path process) {
    List<String> lines = lines(process.resolve("comm"));
    return lines.isEmpty() ? "a program" : lines.get(0).strip();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // Another system, or the process has ended.
    }
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.forEach(children::add);
    } catch (IOException e) {
      return List.of(); // Another user's process, or it has ended.
    }
    return children;
  }
}
