package dev.orrery.scheduler.engine.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Job versions without a database. */
final class FakeLaneStore extends LaneStore {
  private final List<Row> rows = new ArrayList<>();
  private RuntimeException failure;
  private Runnable during = () -> {};

  private record Row(
      int lane, int app, String processor, List<String> tags, int priority, long version) {}

  FakeLaneStore() {
    super(null);
  }

  void add(int lane, int app, String processor, List<String> tags, int priority, long version) {
    rows.add(new Row(lane, app, processor, tags, priority, version));
  }

  /** Runs once during the next read of all lanes, which does not see its changes. */
  void during(Runnable action) {
    during = action;
  }

  void failOnce(RuntimeException reason) {
    failure = reason;
  }

  /** Another row has the id of the lane from now on. */
  void replace(int lane, int app, String processor, List<String> tags, int priority, long version) {
    rows.removeIf(row -> row.lane() == lane);
    add(lane, app, processor, tags, priority, version);
  }

  @Override
  Map<Integer, Lane> lanes(Collection<Integer> ids) {
    return rows.stream()
        .filter(row -> ids.contains(row.lane()))
        .collect(Collectors.toMap(Row::lane, FakeLaneStore::lane, (first, second) -> first));
  }

  private static Lane lane(Row row) {
    return new Lane(row.lane(), row.app(), row.processor(), row.tags());
  }

  @Override
  List<Used> usedSince(long version) {
    RuntimeException reason = failure;
    failure = null;
    if (reason != null) {
      throw reason;
    }
    List<Row> read = List.copyOf(rows);
    Runnable action = during;
    during = () -> {};
    action.run();
    return read.stream()
        .filter(row -> row.version() > version)
        .map(row -> new Used(lane(row), row.priority(), row.version()))
        .toList();
  }
}
