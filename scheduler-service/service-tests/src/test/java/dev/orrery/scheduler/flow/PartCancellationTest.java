package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.engine.command.BulkCancellation;
import dev.orrery.scheduler.model.instance.EndReason;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PartCancellationTest extends StoreServiceTest {
  private static final int BOOM = 1;
  private static final int CALM = 2;

  @Inject BulkCancellation cancellation;

  @Test
  void cancelsPartsOfEveryAppInFirstStep() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":10}");
    for (long parent = 1; parent <= 60; parent++) {
      tree.awaiting(parent, 10, 10, 10, 0);
      for (int part = 0; part < 10; part++) {
        tree.part(1_000 + parent * 10 + part, parent, part);
      }
    }
    PartCancellation stops = new PartCancellation(database.hot(), cancellation);
    stops.request(
        LongStream.range(1, 60).mapToObj(id -> new Stop(id, BOOM, EndReason.CANCELED)).toList());
    stops.request(List.of(new Stop(60, CALM, EndReason.CANCELED)));

    stops.cancelNext();

    assertThat(waiting("parent_id = 60")).isEqualTo(5);
    assertThat(waiting("true")).isEqualTo(600 - ParentLimits.CANCEL_BATCH_SIZE);
    int steps = 1;
    while (!stops.isEmpty()) {
      stops.cancelNext();
      steps++;
    }
    assertThat(waiting("true")).isZero();
    assertThat(steps).isLessThanOrEqualTo(6);
  }

  @Test
  void cancelsPartsOfOneReasonPerStep() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":10}");
    tree.awaiting(1, 1, 1, 10, 0);
    tree.part(11, 1, 0);
    tree.awaiting(2, 1, 1, 10, 0);
    tree.part(12, 2, 0);
    PartCancellation stops = new PartCancellation(database.hot(), cancellation);
    stops.request(
        List.of(new Stop(1, BOOM, EndReason.PARTS_FAILED), new Stop(2, BOOM, EndReason.CANCELED)));

    stops.cancelNext();
    stops.cancelNext();

    assertThat(stops.isEmpty()).isTrue();
    assertThat(database.texts("select id || ' ' || reason from part_history order by id"))
        .containsExactly("11 PARTS_FAILED", "12 CANCELED");
  }

  private long waiting(String condition) {
    return database.number("select count(*) from instance where part is not null and " + condition);
  }
}
