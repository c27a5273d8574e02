package dev.orrery.client;

import dev.orrery.protocol.text.BoundedText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the table of the outbox, in SQL that all databases understand. */
final class OutboxTable {
  private static final String INSERT =
      "insert into orrery_outbox (id, due_at, job, body) values (?, ?, ?, ?)";
  private static final String DUE =
      "select id, due_at, job, body from orrery_outbox where due_at <= ? order by due_at, id";

  /** Of two relays, one gets the row: the time of the other is no longer that of the row. */
  private static final String CLAIM =
      "update orrery_outbox set due_at = ? where id = ? and due_at = ?";

  private static final String DELETE = "delete from orrery_outbox where id = ?";
  private static final String REFUSE =
      "update orrery_outbox set due_at = ?, problem = ? where id = ?";
  private static final int MAX_PROBLEM = 1000;

  /**
   * A run that waits.
   *
   * @param dueAt milliseconds since 1970
   */
  record Row(String id, long dueAt, String job, String body) {
    Row dueAt(long millis) {
      return new Row(id, millis, job, body);
    }
  }

  void insert(Connection connection, Row row) throws SQLException {
    update(connection, INSERT, row.id(), row.dueAt(), row.job(), row.body());
  }

  List<Row> due(Connection connection, long now, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DUE)) {
      statement.setMaxRows(limit);
      statement.setLong(1, now);
      ResultSet found = statement.executeQuery();
      List<Row> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(
            new Row(found.getString(1), found.getLong(2), found.getString(3), found.getString(4)));
      }
      return rows;
    }
  }

  boolean claim(Connection connection, Row row, long until) throws SQLException {
    return update(connection, CLAIM, until, row.id(), row.dueAt()) == 1;
  }

  void delete(Connection connection, Row row) throws SQLException {
    update(connection, DELETE, row.id());
  }

  void refuse(Connection connection, Row row, String problem, long again) throws SQLException {
    update(connection, REFUSE, again, BoundedText.cut(problem, MAX_PROBLEM), row.id());
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }
}
