package dev.orrery.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code stack.json} of a working directory: the address and the processes of its stack.
 * Other commands find a running stack by this file, and {@code stop} uses it to end the processes
 * that a killed {@code up} left behind.
 *
 * @param url of the API
 * @param processes by name, in the order of their start
 */
public record RunningStack(String url, Map<String, Member> processes) {
  public static final String UP = "up";
  public static final String SCHEDULER = "scheduler";
  public static final String AGENT = "agent";

  private static final String FILE = "stack.json";
  private static final int MAX_BYTES = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  public RunningStack {
    processes = new LinkedHashMap<>(processes);
  }

  /**
   * A process. Its start time distinguishes it from a later process with the same id.
   *
   * @param startedAt milliseconds since the epoch; 0 if the system does not report it
   */
  public record Member(long pid, long startedAt) {
    public static Member of(ProcessHandle process) {
      return new Member(process.pid(), start(process));
    }

    private Optional<ProcessHandle> alive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> start(process) == startedAt);
    }

    private static long start(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  /** Returns the running process of this name; empty if it never existed or has ended. */
  public Optional<ProcessHandle> alive(String name) {
    return Optional.ofNullable(processes.get(name)).flatMap(Member::alive);
  }

  public boolean isAlive() {
    return processes.values().stream().anyMatch(member -> member.alive().isPresent());
  }

  /**
   * Reads the file of the directory {@code .orrery}; empty if it does not exist.
   *
   * @throws UserException if it cannot be read
   */
  public static Optional<RunningStack> read(Path files) {
    Path file = files.resolve(FILE);
    try {
      JsonNode root = JSON.readTree(BoundedFile.read(file, MAX_BYTES));
      Map<String, Member> processes = new LinkedHashMap<>();
      root.path("processes")
          .properties()
          .forEach(
              process ->
                  processes.put(
                      process.getKey(),
                      new Member(
                          process.getValue().path("pid").asLong(),
                          process.getValue().path("startedAt").asLong())));
      return Optional.of(new RunningStack(root.path("url").asText(), processes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Returns the embedded database of the directory {@code .orrery}, which may have outlived its
   * scheduler; empty if it is not running.
   */
  public static Optional<ProcessHandle> database(Path files) {
    Path file = files.resolve("data/postgres/postmaster.pid");
    try {
      String pid = BoundedFile.read(file, MAX_BYTES).lines().findFirst().orElse("").strip();
      return ProcessHandle.of(Long.parseLong(pid))
          .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      // None has run here, or it has ended.
      return Optional.empty();
    }
  }

  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode().put("url", url);
    ObjectNode members = root.putObject("processes");
    processes.forEach(
        (name, member) ->
            members.putObject(name).put("pid", member.pid()).put("startedAt", member.startedAt()));
    return root;
  }

  public void write(Path files) {
    Path file = files.resolve(FILE);
    try {
      // Moved into place: a reader never sees half of it.
      Path unfinished = files.resolve(FILE + ".new");
      Files.writeString(unfinished, toJson() + "\n");
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + e.getMessage());
    }
  }

  public static void delete(Path files) {
    try {
      Files.deleteIfExists(files.resolve(FILE));
    } catch (IOException e) {
      throw new UserException(files.resolve(FILE) + " cannot be deleted: " + e.getMessage());
    }
  }
}
