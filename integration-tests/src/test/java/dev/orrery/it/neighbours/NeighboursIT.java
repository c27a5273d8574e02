package dev.orrery.it.neighbours;

import dev.orrery.it.harness.AtNight;
import dev.orrery.testing.program.MachineLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Tests the attacks of an app on its neighbours in a short form: each attack briefly, two at once.
 */
@Order(1)
@AtNight
class NeighboursIT {
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(2);

  @Test
  void servesNeighbourAppDuringAttackPairs() throws Exception {
    List<List<Attack>> pairs = pairs();
    List<Attack> attacks = pairs.stream().flatMap(List::stream).toList();
    try (NeighboursTrial trial = new NeighboursTrial("neighbours", false, attacks)) {
      trial.quiet(Duration.ofSeconds(5));
      for (List<Attack> pair : pairs) {
        trial.strike(pair, EACH);
      }
      trial.judge(MachineLoad.stretch(MAX_DELAY));
    }
  }

  private static List<List<Attack>> pairs() {
    List<Attack> attacks = AttackCatalog.running();
    List<List<Attack>> pairs = new ArrayList<>();
    for (int n = 0; n < attacks.size(); n += 2) {
      pairs.add(attacks.subList(n, Math.min(n + 2, attacks.size())));
    }
    return pairs;
  }
}
