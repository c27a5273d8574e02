package dev.orrery.it.harness;

import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sockets of processes, from the operating system (Linux). */
public final class Sockets {
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
  private static final String LISTENING = "0A";
  private static final String ESTABLISHED = "01";
  private static final String LOOPBACK_4 = "0100007F";
  private static final String LOOPBACK_6 = "00000000000000000000000001000000";
  private static final String LOOPBACK_4_IN_6 = "0000000000000000FFFF00000100007F";

  private Sockets() {}

  /**
   * A port on which a process listens.
   *
   * @param loopback whether only this machine can reach it
   */
  public record Listening(int port, boolean loopback) {}

  public static boolean areKnown() {
    return Files.isReadable(Path.of("/proc/net/tcp"));
  }

  /** Returns every TCP socket on which exactly this process listens. */
  public static Set<Listening> of(ProgramProcess process) {
    Set<Listening> listening = new HashSet<>();
    for (String[] fields : own(process, LISTENING)) {
      listening.add(new Listening(port(fields[1]), isLoopback(fields[1].split(":", -1)[0])));
    }
    return listening;
  }

  /** Returns the own ports of the established connections of exactly this process to a port. */
  public static Set<Integer> connections(ProgramProcess process, int port) {
    Set<Integer> connections = new HashSet<>();
    for (String[] fields : own(process, ESTABLISHED)) {
      if (port(fields[2]) == port) {
        connections.add(port(fields[1]));
      }
    }
    return connections;
  }

  private static int port(String address) {
    return Integer.parseInt(address.split(":", -1)[1], 16);
  }

  /**
   * Returns the fields sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode.
   */
  private static List<String[]> own(ProgramProcess process, String state) {
    Set<String> inodes = inodes(process.pid());
    List<String[]> own = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : lines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > 9 && fields[3].equals(state) && inodes.contains(fields[9])) {
          own.add(fields);
        }
      }
    }
    return own;
  }

  private static boolean isLoopback(String address) {
    return List.of(LOOPBACK_4, LOOPBACK_6, LOOPBACK_4_IN_6).contains(address);
  }

  private static Set<String> inodes(long pid) {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        Matcher socket = SOCKET.matcher(target(descriptor));
        if (socket.matches()) {
          inodes.add(socket.group(1));
        }
      }
      return inodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      // Closed since it was listed.
      return "";
    }
  }

  private static List<String> lines(Path table) {
    try {
      return Files.exists(table) ? Files.readAllLines(table) : new ArrayList<>();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
