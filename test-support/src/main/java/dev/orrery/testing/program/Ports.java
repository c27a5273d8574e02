package dev.orrery.testing.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that are free right now. */
public final class Ports {
  /**
   * Below those that systems give to outgoing connections: one of these could be taken by any
   * connection before the program that it is meant for binds it.
   */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_767;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /** One byte for each port, locked until this JVM ends by the run that has been given the port. */
  private static final FileChannel CLAIMS = openClaims();

  private Ports() {}

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Another one each time, which other test runs of this user on this machine do not get. */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (isFree(port) && GIVEN.add(port) && claim(port)) {
        return port;
      }
    }
  }

  private static boolean claim(int port) {
    try {
      return CLAIMS.tryLock(port, 1, false) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel openClaims() {
    Path file =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "orrery-test-ports-" + System.getProperty("user.name"));
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
