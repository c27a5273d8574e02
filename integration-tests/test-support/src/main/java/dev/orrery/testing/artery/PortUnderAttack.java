package dev.orrery.testing.artery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Attacks a port of this process, and asserts that nothing comes of it.
 *
 * @param frames for the port
 * @param isServing returns true if a message that goes through the port is answered
 */
public record PortUnderAttack(HostileFrames frames, Callable<Boolean> isServing) {
  private static final String SECRET = "the-token-in-a-file";
  private static final int WARM_UP = 200;
  private static final int FRAMES = 20_000;
  private static final long MAX_LEFT_BYTES = 32L << 20;

  /** Asserts that no attack dials, reads a file, ends the port, or stays in memory. */
  public void withstandsAttacks(Path directory) throws IOException {
    Path secret = Files.writeString(directory.resolve("token"), "x\n" + SECRET + " vm\n");
    List<String> log = new CopyOnWriteArrayList<>();
    Handler handler = handler(log);
    Logger.getLogger("").addHandler(handler);
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, byte[]> attacks =
          frames.attacks(URI.create("http://127.0.0.1:" + listener.getLocalPort()), secret);
      long before = liveBytes();
      for (int round = 0; round < 3; round++) {
        attacks.forEach(
            (name, frame) -> {
              frames.send(frame, false);
              frames.send(frame, true);
              Await.until("it serves after " + name, Duration.ofSeconds(5), isServing);
            });
      }
      listener.setSoTimeout(200);
      try {
        listener.accept().close();
        throw new AssertionError("An address in a frame was dialled");
      } catch (SocketTimeoutException nobody) {
        assertThat(listener.isClosed()).isFalse();
      }
      assertThat(log).noneMatch(line -> line.contains(SECRET));
      assertThat(liveBytes() - before).isLessThan(MAX_LEFT_BYTES);
    } finally {
      Logger.getLogger("").removeHandler(handler);
    }
  }

  /** Asserts that frames of all serializers and manifests load no class that they name. */
  public void loadsNoClassOfFrames() {
    Random random = new Random(43);
    frames.sendMany(WARM_UP, random);
    Await.until("it serves", Duration.ofSeconds(5), isServing);
    Set<String> loaded =
        LoadedClasses.during(
            () -> {
              frames.sendMany(FRAMES, random);
              Await.until("it serves", Duration.ofSeconds(5), isServing);
            });
    System.out.println("Classes that were loaded during " + FRAMES + " frames: " + loaded);
    assertThat(loaded)
        .doesNotContainAnyElementsOf(HostileFrames.names())
        .noneMatch(name -> name.startsWith("com.typesafe.config."))
        .noneMatch(name -> name.startsWith("org.apache.pekko.remote.serialization."))
        .noneMatch(name -> name.startsWith("org.apache.pekko.serialization."));
  }

  private static Handler handler(List<String> log) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        log.add(line.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static long liveBytes() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
