package dev.orrery.it.neighbours;

import dev.orrery.it.harness.Machine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The short form: each attack for a moment, two at once. */
@Order(1)
class NeighboursIT {
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  @Test
  void neighbourGoesOnWhileAnAppAttacks() throws Exception {
    List<Attack> attacks = AttackCatalog.running();
    try (NeighboursTrial trial = new NeighboursTrial("neighbours", false, attacks)) {
      trial.quiet(Duration.ofSeconds(5));
      for (int n = 0; n < attacks.size(); n += 2) {
        trial.strike(attacks.subList(n, Math.min(n + 2, attacks.size())), EACH);
      }
      trial.judge(Machine.shared(LONGEST));
    }
  }
}
