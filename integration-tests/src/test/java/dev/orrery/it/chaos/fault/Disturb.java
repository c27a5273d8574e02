package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.CuttingProxy.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Disturbs links: one of them, all of one process, or some of all.
 *
 * @param among the links that it may disturb; no other fault disturbs these at the same time
 */
public record Disturb(String name, Predicate<NetworkLink> among, Weather weather, Duration longest)
    implements Fault {

  /** A disturbance of a link. */
  public interface Weather {
    void begin(CuttingProxy proxy, Random random);

    default void end(CuttingProxy proxy) {
      proxy.turn(Mode.OPEN);
      proxy.delay(Duration.ZERO);
    }
  }

  public static Disturb cut(Predicate<NetworkLink> among) {
    return new Disturb("cut", among, (proxy, random) -> proxy.cut(), Duration.ZERO);
  }

  public static Disturb delay(Predicate<NetworkLink> among, Duration longest) {
    return new Disturb(
        "delay",
        among,
        (proxy, random) -> proxy.delay(Duration.ofMillis(5 + random.nextInt(400))),
        longest);
  }

  public static Disturb stall(Predicate<NetworkLink> among, Duration longest) {
    return new Disturb("stall", among, (proxy, random) -> proxy.turn(Mode.STALLED), longest);
  }

  public static Disturb halfOpen(Predicate<NetworkLink> among, Duration longest) {
    return new Disturb("half-open", among, (proxy, random) -> proxy.turn(Mode.HALF_OPEN), longest);
  }

  public static Disturb refuse(Predicate<NetworkLink> among, Duration longest) {
    return new Disturb("refuse", among, (proxy, random) -> proxy.turn(Mode.REFUSING), longest);
  }

  @Override
  public String strike(TestCluster world, Random random) throws InterruptedException {
    List<NetworkLink> ways = choose(world.ways().stream().filter(among).toList(), random);
    ways.forEach(way -> weather.begin(way.proxy(), random));
    try {
      Fault.last(Fault.upTo(longest, random));
    } finally {
      ways.forEach(way -> weather.end(way.proxy()));
    }
    return ways.toString();
  }

  private static List<NetworkLink> choose(List<NetworkLink> all, Random random) {
    NetworkLink one = all.get(random.nextInt(all.size()));
    return switch (random.nextInt(4)) {
      case 0 -> all.stream().filter(way -> way.isOf(one.from())).toList();
      case 1 -> all.stream().filter(way -> way.isOf(one.to())).toList();
      case 2 -> all.stream().filter(way -> way.equals(one) || random.nextInt(3) == 0).toList();
      default -> List.of(one);
    };
  }
}
