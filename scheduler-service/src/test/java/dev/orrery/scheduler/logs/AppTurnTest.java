package dev.orrery.scheduler.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppTurnTest {
  private final AppTurn turn = new AppTurn();
  private final List<String> done = new ArrayList<>();

  @Test
  void appsTakeTurnsAndTheWorkOfEachKeepsItsOrder() {
    add(1, "a1");
    add(1, "a2");
    add(1, "a3");
    add(2, "b1");
    add(3, "c1");

    run(2);
    add(2, "b2");
    run(4);

    assertThat(done).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
  }

  private void add(int app, String name) {
    turn.add(app, () -> done.add(name));
  }

  private void run(int times) {
    for (int n = 0; n < times; n++) {
      turn.next().run();
    }
  }
}
