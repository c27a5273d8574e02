package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SlotDealerTest {
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);
  private static final UUID C = new UUID(0, 3);

  private static Map<UUID, Integer> free(int a, int b, int c) {
    Map<UUID, Integer> free = new LinkedHashMap<>();
    free.put(A, a);
    free.put(B, b);
    free.put(C, c);
    return free;
  }

  @Test
  void dealsSlotsInTurnUntilAllSessionsAreFull() {
    assertThat(SlotDealer.deal(free(2, 1, 3), 1000)).containsExactly(A, B, C, A, C, C);
  }

  @Test
  void skipsFullSessions() {
    assertThat(SlotDealer.deal(free(0, 2, 0), 1000)).containsExactly(B, B);
  }

  @Test
  void stopsMidRoundAtMaximumNumberOfRows() {
    assertThat(SlotDealer.deal(free(9, 9, 9), 4)).containsExactly(A, B, C, A);
    assertThat(SlotDealer.deal(free(9, 9, 9), 0)).isEmpty();
  }

  @Test
  void dealsNothingWithoutSessions() {
    assertThat(SlotDealer.deal(Map.of(), 1000)).isEqualTo(List.of());
  }
}
