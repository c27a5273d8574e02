package dev.orrery.it.neighbours;

import dev.orrery.testing.program.MachineLoad;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Tests the attacks of an app on its neighbours in a long form: each attack alone, then four at
 * once, selected by a seed. {@code -Dorrery.it.neighbours.seconds} sets the total time and enables
 * it; {@code -Dorrery.it.neighbours.seed} sets the selection, {@code -Dorrery.it.neighbours.factor}
 * the allowed slowdown of the neighbour.
 */
@Tag("thorough")
@EnabledIfSystemProperty(
    named = "orrery.it.neighbours.seconds",
    matches = "\\d+",
    disabledReason = "it takes minutes and a quiet machine: -Dorrery.it.neighbours.seconds=600")
@Isolated("it measures times")
class NeighboursLongIT {
  private static final int SECONDS = Integer.getInteger("orrery.it.neighbours.seconds", 600);
  private static final long SEED = Long.getLong("orrery.it.neighbours.seed", 1);
  private static final int FACTOR = Integer.getInteger("orrery.it.neighbours.factor", 3);
  private static final int LANES = 4;

  /** Shorter times are ignored. */
  private static final double FLOOR_MILLIS = 50;

  /** The limit on a shared machine, whose other load is measured, too. */
  private static final double SHARED_MILLIS = 10_000;

  @Test
  void servesNeighbourAppDuringSingleAndMixedAttacks() throws Exception {
    List<Attack> attacks = AttackCatalog.running();
    boolean shared = MachineLoad.isShared();
    Duration each = Duration.ofMillis(SECONDS * 500L / attacks.size());
    try (NeighboursTrial trial = new NeighboursTrial("neighbours-long", true, attacks)) {
      trial.quiet(Duration.ofSeconds(Math.min(60, SECONDS / 4)));
      for (Attack attack : attacks) {
        trial.strike(List.of(attack), each);
      }
      trial.mix(LANES, each, Duration.ofSeconds(SECONDS / 2), SEED);
      trial.judge(quiet -> shared ? SHARED_MILLIS : FACTOR * Math.max(FLOOR_MILLIS, quiet));
    }
  }
}
