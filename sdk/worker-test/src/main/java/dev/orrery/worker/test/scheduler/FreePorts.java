package dev.orrery.worker.test.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Finds free ports of this machine. */
final class FreePorts {
  /** Below the ephemeral ports, which any outgoing connection could take in between. */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_767;
  private static final int TRIES = 1000;

  private FreePorts() {}

  /** Returns different ports. Another program may take one until it is used. */
  static List<Integer> find(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < TRIES && held.size() < count; i++) {
        bind(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1), held);
      }
      if (held.size() < count) {
        throw new IllegalStateException("No " + count + " free ports on this machine.");
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      held.forEach(FreePorts::close);
    }
  }

  private static void bind(int port, List<ServerSocket> held) {
    try {
      held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      // In use; the caller tries another.
      return;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
