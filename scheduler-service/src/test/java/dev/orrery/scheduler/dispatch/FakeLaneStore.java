package dev.orrery.scheduler.dispatch;

import java.util.ArrayList;
import java.util.List;

/** Job versions without a database. */
final class FakeLaneStore extends LaneStore {
  private final List<Row> rows = new ArrayList<>();
  private RuntimeException failure;

  private record Row(
      int lane, int app, String processor, List<String> tags, int priority, long version) {}

  FakeLaneStore() {
    super(null);
  }

  void add(int lane, int app, String processor, List<String> tags, int priority, long version) {
    rows.add(new Row(lane, app, processor, tags, priority, version));
  }

  void failOnce(RuntimeException reason) {
    failure = reason;
  }

  @Override
  List<Used> usedSince(long version) {
    RuntimeException reason = failure;
    failure = null;
    if (reason != null) {
      throw reason;
    }
    return rows.stream()
        .filter(row -> row.version() > version)
        .map(
            row ->
                new Used(
                    new Lane(row.lane(), row.app(), row.processor(), row.tags()),
                    row.priority(),
                    row.version()))
        .toList();
  }
}
