package dev.orrery.client;

import dev.orrery.protocol.text.BoundedText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes the table of the outbox, in SQL that all databases understand. */
final class OutboxTable {
  /** The time of a run that is not tried any more. */
  static final long NEVER = Long.MAX_VALUE;

  private static final String INSERT =
      "insert into orrery_outbox (id, due_at, job, body) values (?, ?, ?, ?)";
  private static final String DUE =
      "select id, due_at, job, body, problem from orrery_outbox where due_at <= ?";
  private static final String BUT_JOB = " and job <> ?";
  private static final String IN_ORDER = " order by due_at, id";

  /** Of two relays, one gets the row: the time of the other is no longer that of the row. */
  private static final String MOVE =
      "update orrery_outbox set due_at = ?, problem = ? where id = ? and due_at = ?";

  private static final String DELETE = "delete from orrery_outbox where id = ?";

  /** Ids are in the order of their times. */
  private static final String STATE =
      "select count(case when due_at < ? then 1 end), min(case when due_at < ? then id end),"
          + " count(case when due_at = ? or problem like 'Refused%' then 1 end)"
          + " from orrery_outbox";

  private static final Pattern TIMED_ID = Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-7.*");
  private static final int MAX_PROBLEM = 1000;
  private static final int TICK_BITS = 12;
  private static final AtomicLong LAST_TICK = new AtomicLong();

  /**
   * A run that waits.
   *
   * @param dueAt milliseconds since 1970
   */
  record Row(String id, long dueAt, String job, String body, Optional<OutboxProblem> problem) {
    Row dueAt(long millis) {
      return new Row(id, millis, job, body, problem);
    }
  }

  /**
   * Returns a UUID of version 7, whose time, with a counter behind its milliseconds, orders the
   * runs of a process.
   */
  static String nextId(Instant now) {
    long tick = LAST_TICK.updateAndGet(last -> Math.max(last + 1, now.toEpochMilli() << TICK_BITS));
    long head = (tick >> TICK_BITS << 16) | 0x7000 | (tick & ((1 << TICK_BITS) - 1));
    return new UUID(head, UUID.randomUUID().getLeastSignificantBits()).toString();
  }

  void insert(Connection connection, String id, Instant now, String job, String body)
      throws SQLException {
    update(connection, INSERT, id, now.toEpochMilli(), job, body);
  }

  /** Returns rows that are due, in the order in which they were stored, but none of these jobs. */
  List<Row> due(Connection connection, long now, Collection<String> butJobs, int limit)
      throws SQLException {
    String sql = DUE + BUT_JOB.repeat(butJobs.size()) + IN_ORDER;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setMaxRows(limit);
      statement.setLong(1, now);
      int parameter = 2;
      for (String job : butJobs) {
        statement.setString(parameter++, job);
      }
      ResultSet found = statement.executeQuery();
      List<Row> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(
            new Row(
                found.getString(1),
                found.getLong(2),
                found.getString(3),
                found.getString(4),
                OutboxProblem.parse(found.getString(5))));
      }
      return rows;
    }
  }

  /** Gives a row another time, if nobody else has done so. */
  boolean move(Connection connection, Row row, long dueAt, Optional<OutboxProblem> problem)
      throws SQLException {
    String text =
        problem.map(one -> BoundedText.truncateUtf8(one.toString(), MAX_PROBLEM)).orElse(null);
    return update(connection, MOVE, dueAt, text, row.id(), row.dueAt()) == 1;
  }

  void delete(Connection connection, Row row) throws SQLException {
    update(connection, DELETE, row.id());
  }

  OutboxState state(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STATE)) {
      for (int parameter = 1; parameter <= 3; parameter++) {
        statement.setLong(parameter, NEVER);
      }
      ResultSet found = statement.executeQuery();
      found.next();
      return new OutboxState(
          found.getLong(1), storedAt(found.getString(2)), found.getLong(3), Optional.empty());
    }
  }

  private static Optional<Instant> storedAt(@Nullable String id) {
    if (id == null || !TIMED_ID.matcher(id).matches()) {
      return Optional.empty();
    }
    return Optional.of(Instant.ofEpochMilli(Long.parseLong(id.replace("-", ""), 0, 12, 16)));
  }

  private static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Long number) {
          statement.setLong(i + 1, number);
        } else {
          statement.setString(i + 1, (String) values[i]);
        }
      }
      return statement.executeUpdate();
    }
  }
}
