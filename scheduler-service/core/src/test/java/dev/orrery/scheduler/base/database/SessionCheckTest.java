package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.SessionCheck.Mark;
import org.junit.jupiter.api.Test;

class SessionCheckTest {
  private static final Mark OWN = new Mark(1, "own");

  @Test
  void reportsSessionKeptOnSameConnection() {
    assertThat(SessionCheck.isKept(OWN, new Mark(2, null), OWN)).isTrue();
  }

  @Test
  void reportsSessionLostOnChangedConnectionOrSettings() {
    assertThat(SessionCheck.isKept(OWN, new Mark(1, "own"), OWN)).isFalse();
    assertThat(SessionCheck.isKept(OWN, new Mark(2, null), new Mark(3, null))).isFalse();
    assertThat(SessionCheck.isKept(OWN, new Mark(2, null), new Mark(1, ""))).isFalse();
    assertThat(SessionCheck.isKept(OWN, new Mark(2, null), new Mark(3, "own"))).isFalse();
  }
}
