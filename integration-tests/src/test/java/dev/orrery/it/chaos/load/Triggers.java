package dev.orrery.it.chaos.load;

import dev.orrery.it.harness.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Finds triggers that no longer fire. */
public final class Triggers {
  private static final String SILENT =
      """
      select a.name || '/' || j.name
      from trigger t join job j on j.id = t.job_id join app a on a.id = j.app_id
      where not exists (select from instance i where i.job_id = j.id and i.fire_time > ?)
        and not exists (select from instance_history h where h.job_id = j.id and h.fire_time > ?)
      """;

  private Triggers() {}

  /**
   * Returns the names of jobs, with their apps, that have not fired for any time after this one.
   */
  public static List<String> silentSince(Postgres database, Instant instant) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(SILENT)) {
      statement.setObject(1, instant.atOffset(ZoneOffset.UTC));
      statement.setObject(2, instant.atOffset(ZoneOffset.UTC));
      List<String> names = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    }
  }
}
