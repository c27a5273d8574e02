package dev.orrery.scheduler.engine.dispatch;

import java.util.List;

/** Makes assignments without reading jobs. */
final class FakeAssignmentFactory extends AssignmentFactory {

  FakeAssignmentFactory() {
    super(null, null, null);
  }

  @Override
  AssignmentBatch of(List<ClaimedInstance> rows) {
    return new AssignmentBatch(
        rows.stream()
            .map(
                row ->
                    new AssignmentBatch.Made(
                        row.session(), Fixtures.assignment(row.attempt().instance())))
            .toList(),
        List.of(),
        List.of(),
        0);
  }
}
