package dev.orrery.bench.raw;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.engine.dispatch.QueuePosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** A database client that runs the scheduler's own statements, with the scheduler's parameters. */
final class OwnClient {
  private static final String SUBMIT = ProductStatement.SUBMIT.text();
  private static final String CLAIM = ProductStatement.CLAIM.text();
  private static final String COMPLETE = ProductStatement.COMPLETE.text();
  private static final String OPEN_SESSION = ProductStatement.OPEN_SESSION.text();
  private static final long TIMEOUT_MARGIN_MILLIS = 2000;

  private final Connection connection;
  private final Target target;
  private final UUID session = UUID.randomUUID();
  private QueuePosition since = QueuePosition.START;

  /** A job with the lane of its instances. */
  record Target(int app, String job, int lane, short priority) {}

  private record Claimed(long id, int attempt, QueuePosition place, long clockMicros) {}

  OwnClient(Connection connection, Target target) throws SQLException {
    this.connection = connection;
    this.target = target;
    SqlStatement.of(connection, OPEN_SESSION)
        .with(session)
        .with(target.app())
        .withText("bench")
        .withText("bench")
        .withText("http")
        .withText("orrery")
        .with(1)
        .texts(List.of())
        .texts(List.of("noop"))
        .with(ClientGroup.BATCH)
        .with(3_600_000L)
        .list(row -> row.getObject("now"));
  }

  /** Submits instances with one call; returns how many were created. */
  int submit(int count) throws SQLException {
    return SqlStatement.of(connection, SUBMIT)
        .ints(List.of(target.app()))
        .texts(Collections.singletonList(null))
        .texts(Collections.singletonList(null))
        .booleans(List.of(false))
        .bigints(List.of(1L))
        .texts(List.of(target.job()))
        .booleans(List.of(false))
        .bigints(Collections.nCopies(count, 1L))
        .texts(Collections.nCopies(count, null))
        .instants(Collections.nCopies(count, null))
        .ints(Collections.nCopies(count, 1))
        .first(row -> SqlStatement.list(row, "ids", Long.class).size())
        .orElse(0);
  }

  /** Returns the number of claimed and completed instances; 0 if none was waiting. */
  int claimAndComplete() throws SQLException {
    List<Claimed> claimed = claim();
    if (claimed.isEmpty()) {
      since = QueuePosition.START;
      claimed = claim();
    }
    if (claimed.isEmpty()) {
      return 0;
    }
    QueuePosition last =
        claimed.stream().map(Claimed::place).reduce(QueuePosition::later).orElseThrow();
    since = QueuePosition.reached(last, claimed.get(0).clockMicros());
    List<Claimed> inOrder = claimed.stream().sorted(Comparator.comparing(Claimed::id)).toList();
    return SqlStatement.of(connection, COMPLETE)
        .bigints(inOrder.stream().map(Claimed::id).toList())
        .ints(inOrder.stream().map(Claimed::attempt).toList())
        .ints(Collections.nCopies(claimed.size(), 1))
        .uuids(List.of(session))
        .texts(Collections.nCopies(claimed.size(), null))
        .bigints(Collections.nCopies(claimed.size(), 1L))
        .first(row -> SqlStatement.list(row, "ids", Long.class).size())
        .orElse(0);
  }

  private List<Claimed> claim() throws SQLException {
    return SqlStatement.of(connection, CLAIM)
        .uuids(List.of(session))
        .uuids(Collections.nCopies(ClientGroup.BATCH, session))
        .smallints(List.of(target.priority()))
        .ints(List.of(target.lane()))
        .bigints(List.of(since.dueMicros()))
        .bigints(List.of(since.id()))
        .with(target.app())
        .texts(List.of("noop"))
        .texts(List.of())
        .with(ClientGroup.BATCH)
        .with(ClientGroup.BATCH)
        .with(TIMEOUT_MARGIN_MILLIS)
        .with(TIMEOUT_MARGIN_MILLIS)
        .list(
            row ->
                new Claimed(
                    row.getLong("id"),
                    row.getInt("attempt"),
                    new QueuePosition(row.getLong("due_micros"), row.getLong("id")),
                    row.getLong("due_micros") + row.getLong("late_millis") * 1000));
  }
}
