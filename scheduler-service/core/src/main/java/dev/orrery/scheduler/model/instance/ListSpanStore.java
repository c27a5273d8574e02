package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Finds how far back a list of an app with many jobs reads at once. The counts of the app's ends
 * give a span with about as many rows as a call examines; they decide only its length, so that a
 * list is complete while they lag behind.
 */
final class ListSpanStore {
  /** A span with this many times the wanted ends is shortened in proportion. */
  private static final int TOO_MANY = 2;

  static final long EVERYTHING = Long.MIN_VALUE;

  /** The primary key of {@code end_count} has the order, so it reads no further than the span. */
  private static final String COUNTED =
      """
      select (select h.id from instance_history h where h.id >= 0 order by h.id limit 1) as oldest,
        counted.first, counted.total
      from (select 1) one left join lateral (
        select instance_id_at(spans.start_at) as first, spans.total from (
          select c.start_at,
            sum(c.ends) over (order by c.start_at desc rows unbounded preceding) as total
          from end_count c where c.app_id = ? and c.job_id = 0 and c.start_at < ?
        ) spans
        where spans.total > ?
        order by spans.start_at desc
        limit 1
      ) counted on true
      """;

  private ListSpanStore() {}

  /**
   * Returns the smallest id of the span; {@link #EVERYTHING} if nothing is older.
   *
   * @param below exclusive upper bound of the ids
   * @param ends the wanted number of ends
   * @param longest the length at most
   */
  static long before(Connection connection, int appId, long below, int ends, Duration longest)
      throws SQLException {
    return SqlStatement.of(connection, COUNTED)
        .with(appId)
        .withInstant(InstanceId.createdAt(below))
        .with(ends)
        .first(row -> of(row, below, ends, below - InstanceId.span(longest)))
        .orElse(EVERYTHING);
  }

  private static long of(ResultSet row, long below, int ends, long furthest) throws SQLException {
    Long oldest = SqlStatement.nullableLong(row, "oldest");
    Long first = SqlStatement.nullableLong(row, "first");
    boolean full = first != null && first >= furthest;
    long from = full ? first : furthest;
    long total = row.getLong("total");
    if (full && total > (long) TOO_MANY * ends) {
      from =
          below - Math.max(InstanceId.span(Duration.ofSeconds(1)), (below - from) / total * ends);
    }
    return oldest == null || from <= oldest ? EVERYTHING : from;
  }
}
