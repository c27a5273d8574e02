package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.flow.ReconcileQueue.ReconcileRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReconcileQueueTest {
  private static final int BOOM = 1;
  private static final int CALM = 2;

  private final ReconcileQueue queue = new ReconcileQueue();

  @Test
  void takesParentsUpToLimitInRequestOrder() {
    queue.request(List.of(3L, 1L));
    queue.request(List.of(2L, 3L));

    assertThat(queue.unsorted()).isEmpty();
    assertThat(queue.take()).containsExactly(3L, 1L, 2L);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void alternatesBetweenAppsWithinBatch() {
    queue.request(parents(1, 1_000));
    queue.request(List.of(5_000L));
    sort();

    assertThat(queue.take()).startsWith(1L, 5_000L, 2L).hasSize(ParentLimits.RECONCILE_BATCH_SIZE);
    assertThat(queue.take()).startsWith(200L, 201L);
  }

  @Test
  void limitsFlowsToAvailableRoom() {
    queue.requestAgain(
        parents(1, 250).stream().map(id -> new ReconcileRequest(id, BOOM, 150)).toList());
    queue.requestAgain(List.of(new ReconcileRequest(5_000, CALM, 2)));

    assertThat(queue.take()).containsExactly(1L, 5_000L, 2L);
    assertThat(queue.lacksRoom(2)).isFalse();
    assertThat(queue.lacksRoom(3)).isTrue();
    assertThat(queue.take()).containsExactly(3L, 4L);
  }

  @Test
  void forgetsEndedParents() {
    queue.request(parents(1, 201));

    queue.sort(queue.unsorted(), Map.of(7L, BOOM));

    assertThat(queue.take()).containsExactly(7L);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void queuesEachParentOnce() {
    queue.request(List.of(1L));
    queue.requestAgain(List.of(new ReconcileRequest(1, BOOM, 10)));
    queue.requestAgain(List.of(new ReconcileRequest(1, BOOM, 20)));
    queue.request(List.of(1L));

    assertThat(queue.take()).containsExactly(1L);
    assertThat(queue.isEmpty()).isTrue();
  }

  private void sort() {
    List<Long> unsorted = queue.unsorted();
    Map<Long, Integer> apps = new HashMap<>();
    unsorted.forEach(parent -> apps.put(parent, parent < 5_000 ? BOOM : CALM));
    queue.sort(unsorted, apps);
  }

  private static List<Long> parents(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
