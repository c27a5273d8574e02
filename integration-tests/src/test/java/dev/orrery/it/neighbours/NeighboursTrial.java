package dev.orrery.it.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/**
 * A trial: the neighbour alone, then attacks, then the evaluation. Prints the responses to each
 * attack and the effect on the neighbour.
 */
final class NeighboursTrial implements AutoCloseable {
  /** Must not begin any log line, although attackers send it after a line end. */
  static final String FORGED_LINE = "forged-by-a-neighbour";

  /** The limit of the pod in k8s/. */
  private static final long MAX_MEGABYTES = 1024;

  /** Refusals of a few large calls may get lost among the other attacks of their round. */
  private static final int TRIES = 4;

  private final NeighboursWorld world;
  private final VictimProbe victim;
  private final List<Attack> attacks;
  private final ExecutorService lanes = Executors.newCachedThreadPool();
  private final Map<Attack, Map<Integer, Integer>> statuses = new ConcurrentHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<OpenSockets> slow;
  private Instant begun;
  private Instant quietUntil;

  NeighboursTrial(String name, boolean large, List<Attack> attacks) throws Exception {
    this.attacks = List.copyOf(attacks);
    world = new NeighboursWorld(name, large);
    try {
      for (Attack attack : attacks) {
        attack.preparation().prepare(world);
      }
      victim = new VictimProbe(world);
      slow = List.of(OpenSockets.toApi(world), OpenSockets.toManagement(world));
    } catch (Exception | Error e) {
      world.close();
      throw e;
    }
  }

  /** Measures the neighbour without an attack. */
  void quiet(Duration time) throws IOException {
    begun = secondAfterNow();
    for (OpenSockets sockets : slow) {
      sockets.open("GET / HTTP/1.1\r\nX-A: ");
    }
    Await.pass(Duration.between(Instant.now(), begun).plus(time));
    quietUntil = Instant.now();
  }

  /** Runs attacks concurrently; returns when all are over. */
  void strike(List<Attack> some, Duration time) throws Exception {
    Instant from = Instant.now();
    List<Future<?>> running = new ArrayList<>();
    for (Attack attack : some) {
      running.add(lanes.submit(() -> strike(attack, from.plus(time), some.size() == 1)));
    }
    awaitAll(running);
    world.scheduler().requireAlive();
    print(some.stream().map(Attack::name).collect(Collectors.joining(" + ")), from, some);
  }

  /** Runs attacks in sequence in each lane, in an order that the seed determines. */
  void mix(int count, Duration each, Duration time, long seed) throws Exception {
    Instant from = Instant.now();
    Instant until = from.plus(time);
    List<Future<?>> running = new ArrayList<>();
    for (int lane = 0; lane < count; lane++) {
      Random random = new Random(seed + lane);
      running.add(
          lanes.submit(
              () -> {
                while (Instant.now().isBefore(until)) {
                  Attack attack = attacks.get(random.nextInt(attacks.size()));
                  strike(attack, Instant.now().plus(each), false);
                }
                return null;
              }));
    }
    awaitAll(running);
    world.scheduler().requireAlive();
    print("mix of seed " + seed, from, attacks);
  }

  private Void strike(Attack attack, Instant until, boolean alone) throws Exception {
    Duration time = Duration.between(Instant.now(), until);
    for (int n = 0; n == 0 || (n < TRIES && !wasRefused(attack, statuses.get(attack))); n++) {
      Flood flood = new Flood(world, n == 0 ? until : Instant.now().plus(time), alone);
      attack.strike().strike(world, flood);
      statuses.merge(attack, flood.statuses(), NeighboursTrial::sum);
      synchronized (faults) {
        flood.faults().stream().limit(3).map(attack.name()::concat).forEach(faults::add);
      }
    }
    return null;
  }

  private static boolean wasRefused(Attack attack, Map<Integer, Integer> got) {
    Set<Integer> expected = attack.refusals();
    return expected.isEmpty() || expected.stream().anyMatch(got::containsKey);
  }

  private static Map<Integer, Integer> sum(Map<Integer, Integer> one, Map<Integer, Integer> other) {
    Map<Integer, Integer> sum = new TreeMap<>(one);
    other.forEach((status, count) -> sum.merge(status, count, Integer::sum));
    return sum;
  }

  private static void awaitAll(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new AssertionError("An attack could not be made", e.getCause());
      }
    }
  }

  private void print(String what, Instant from, List<Attack> some) throws Exception {
    String answers =
        some.stream()
            .filter(statuses::containsKey)
            .map(attack -> (some.size() == 1 ? "" : attack.name()) + statuses.get(attack))
            .collect(Collectors.joining(" "));
    System.out.printf(
        Locale.ROOT,
        "Neighbours: %s for %.1f s: %s; neighbour's p99 in ms: %s; %d MB at most%n",
        what,
        Duration.between(from, Instant.now()).toMillis() / 1000.0,
        answers,
        rounded(victim.slowest(from, Instant.now())),
        world.scheduler().peakMegabytes());
  }

  private static Map<String, Long> rounded(Map<String, Double> millis) {
    Map<String, Long> rounded = new TreeMap<>();
    millis.forEach((kind, value) -> rounded.put(kind, Math.round(value)));
    return rounded;
  }

  /**
   * Fails if anything was lost, refused or late.
   *
   * @param longest the maximum 99th percentile of the attacked neighbour's waits
   */
  void judge(Duration longest) throws Exception {
    judge(quiet -> longest.toMillis());
  }

  /**
   * Fails if anything was lost, refused or late.
   *
   * @param longest returns the maximum time of the attacked neighbour, given the time of the quiet
   *     one
   */
  void judge(DoubleUnaryOperator longest) throws Exception {
    Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<String> violations = new ArrayList<>(victim.violations(begun, until));
    violations.addAll(faults);
    Map<String, Double> quiet = victim.slowest(begun, quietUntil);
    Map<String, Double> attacked = victim.slowest(quietUntil, until);
    System.out.println("Neighbours: p99 in ms while quiet: " + rounded(quiet));
    System.out.println("Neighbours: p99 in ms while attacked: " + rounded(attacked));
    attacked.forEach(
        (kind, millis) -> {
          if (millis > longest.applyAsDouble(quiet.getOrDefault(kind, 0.0))) {
            violations.add(kind + " took " + Math.round(millis) + " ms");
          }
        });
    statuses.forEach(
        (attack, got) -> {
          if (!wasRefused(attack, got)) {
            violations.add(attack.name() + " was not refused: " + got);
          }
        });
    long megabytes = world.scheduler().peakMegabytes();
    if (megabytes > MAX_MEGABYTES) {
      violations.add("the scheduler took " + megabytes + " MB of memory");
    }
    for (OpenSockets sockets : slow) {
      if (!sockets.areClosedByServer()) {
        violations.add("a connection without a complete header is still open: " + sockets);
      }
    }
    if (world.scheduler().output().lines().anyMatch(line -> line.startsWith(FORGED_LINE))) {
      violations.add("an attacker has written a line of the log");
    }
    assertThat(violations).as("what the neighbour felt").isEmpty();
    assertThat(world.scheduler().isAlive()).isTrue();
  }

  private static Instant secondAfterNow() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
  }

  @Override
  public void close() throws IOException {
    lanes.shutdownNow();
    for (OpenSockets sockets : slow) {
      sockets.close();
    }
    victim.close();
    world.close();
  }
}
