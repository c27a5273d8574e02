package dev.orrery.it.harness;

import java.io.IOException;
import java.net.ServerSocket;
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

  private Ports() {}

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Another one each time, at random, since other tests may run on this machine. */
  public static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
  }
}
