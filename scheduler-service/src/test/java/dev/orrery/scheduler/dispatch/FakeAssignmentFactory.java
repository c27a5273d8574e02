package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.Assignment;
import java.util.List;

/** Makes assignments without reading jobs. */
final class FakeAssignmentFactory extends AssignmentFactory {

  FakeAssignmentFactory() {
    super(null, null);
  }

  @Override
  List<Assignment> of(List<ClaimedInstance> rows) {
    return rows.stream().map(row -> Fixtures.assignment(row.attempt().instance())).toList();
  }
}
