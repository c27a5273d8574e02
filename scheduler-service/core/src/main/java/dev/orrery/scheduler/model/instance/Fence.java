package dev.orrery.scheduler.model.instance;

import dev.orrery.protocol.message.AttemptRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The attempt and session that a report must match exactly to count. */
public record Fence(AttemptRef attempt, UUID session) {

  /** Reads a row with the columns id, attempt and session_id. */
  public static Fence read(ResultSet row) throws SQLException {
    return new Fence(
        new AttemptRef(row.getLong("id"), row.getInt("attempt")),
        row.getObject("session_id", UUID.class));
  }
}
