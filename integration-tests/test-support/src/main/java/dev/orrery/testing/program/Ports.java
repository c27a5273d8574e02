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

/** Finds free ports on this machine. */
public final class Ports {
  /**
   * Below the ephemeral ports, because any outgoing connection could take one of those before the
   * program binds it.
   */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_767;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /** Has a byte per port; the test run that received a port locks it until its JVM ends. */
  private static final FileChannel CLAIMS = openClaims();

  private Ports() {}

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns a different port each time, which other test runs of this user do not receive. */
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
