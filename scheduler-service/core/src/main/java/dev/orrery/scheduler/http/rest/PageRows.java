package dev.orrery.scheduler.http.rest;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows that a statement of {@link PageBytes} returned.
 *
 * @param cut true if more rows were within the limit, but did not fit
 */
public record PageRows<R>(List<R> rows, boolean cut) {

  /** Reads the rows of a statement of {@link PageBytes#within}. */
  public static <R> PageRows<R> read(SqlStatement sql, SqlStatement.RowReader<R> reader)
      throws SQLException {
    int[] found = new int[1];
    List<R> rows =
        sql.list(
            row -> {
              found[0] = row.getInt("found");
              return reader.read(row);
            });
    return new PageRows<>(rows, rows.size() < found[0]);
  }
}
