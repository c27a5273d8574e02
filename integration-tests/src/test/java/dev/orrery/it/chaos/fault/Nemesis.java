package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.TestCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs faults in several lanes, in sequence within each lane. The seed determines the order and
 * times.
 */
public final class Nemesis {
  private final TestCluster world;
  private final long seed;
  private final PrintWriter log;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Integer> strikes = new TreeMap<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  public Nemesis(TestCluster world, long seed) {
    this.world = world;
    this.seed = seed;
    try {
      log =
          new PrintWriter(world.directory().resolve("storm.log").toFile(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a lane. All of its faults strike in a random order, then in another one.
   *
   * @param faults each as often as it strikes in a round
   * @param longestPause between two faults
   */
  public void lane(List<Fault> faults, Duration longestPause) {
    if (faults.isEmpty()) {
      return;
    }
    synchronized (strikes) {
      faults.forEach(fault -> strikes.putIfAbsent(fault.name(), 0));
    }
    Random random = new Random(seed + 7919L * (threads.size() + 1));
    Thread thread = new Thread(() -> run(faults, longestPause, random), "storm-" + threads.size());
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void run(List<Fault> faults, Duration longestPause, Random random) {
    Deque<Fault> round = new ArrayDeque<>();
    try {
      while (!stopping) {
        Thread.sleep((long) (longestPause.toMillis() * (0.2 + 0.8 * random.nextDouble())));
        if (round.isEmpty()) {
          round.addAll(shuffled(faults, random));
        }
        if (!stopping) {
          strike(round.remove(), random);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      failures.add(e);
    }
  }

  private static List<Fault> shuffled(List<Fault> faults, Random random) {
    List<Fault> copy = new ArrayList<>(faults);
    Collections.shuffle(copy, random);
    return copy;
  }

  private void strike(Fault fault, Random random) throws IOException, InterruptedException {
    Instant begun = Instant.now();
    String struck;
    boolean inVain = false;
    try {
      struck = fault.strike(world, random);
    } catch (SQLException e) {
      // The database is still busy with the fault before.
      inVain = true;
      struck = "in vain: " + e.getMessage();
    }
    synchronized (strikes) {
      strikes.merge(fault.name(), inVain ? 0 : 1, Integer::sum);
      log.printf(
          "%s %5d ms %s %s%n",
          begun, Duration.between(begun, Instant.now()).toMillis(), fault.name(), struck);
      log.flush();
    }
  }

  /** Stops; everything is repaired when this returns. */
  public void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    log.close();
    if (!failures.isEmpty()) {
      throw new AssertionError("A fault could not be made", failures.peek());
    }
  }

  public boolean eachStruck() {
    return strikes().values().stream().allMatch(times -> times > 0);
  }

  /** The number of strikes by fault, for all lanes. */
  public Map<String, Integer> strikes() {
    synchronized (strikes) {
      return Map.copyOf(strikes);
    }
  }
}
