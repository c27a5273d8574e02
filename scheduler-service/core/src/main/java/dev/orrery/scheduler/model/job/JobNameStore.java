package dev.orrery.scheduler.model.job;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.NearestName;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Returns the errors for unknown names of jobs, with the similar name of an existing job. */
public final class JobNameStore {
  /** Reads only the first names of an app, because any caller can request unknown names. */
  private static final String NAMES =
      "select name from job where app_id = ? and deleted_at is null order by name limit 2000";

  private static final String APP = "select name from app where id = ?";

  private JobNameStore() {}

  public static ProblemException notFound(Connection connection, int appId, String name)
      throws SQLException {
    return notFound(connection, appId, name, ".");
  }

  /** Returns the error for a job name that does not exist and never did. */
  public static ProblemException neverExisted(Connection connection, int appId, String name)
      throws SQLException {
    return notFound(connection, appId, name, ", and never was.");
  }

  private static ProblemException notFound(
      Connection connection, int appId, String name, String end) throws SQLException {
    return ProblemException.of(
        ErrorCode.JOB_NOT_FOUND,
        "There is no job '"
            + name
            + "' in app '"
            + app(connection, appId)
            + "'"
            + end
            + question(connection, appId, name));
  }

  private static String app(Connection connection, int appId) throws SQLException {
    return SqlStatement.of(connection, APP)
        .with(appId)
        .first(row -> row.getString("name"))
        .orElseThrow();
  }

  /**
   * @param names the job names of one call; a single name is compared with the existing ones
   */
  public static ProblemException notFound(Connection connection, int appId, List<String> names)
      throws SQLException {
    return names.size() == 1
        ? notFound(connection, appId, names.get(0))
        : ProblemException.of(
            ErrorCode.JOB_NOT_FOUND,
            "There are no jobs '"
                + String.join("', '", names)
                + "' in app '"
                + app(connection, appId)
                + "'.");
  }

  /** Returns {@code " Did you mean 'NAME'?"}, or an empty text if no job has a similar name. */
  private static String question(Connection connection, int appId, String name)
      throws SQLException {
    return NearestName.question(
        name, SqlStatement.of(connection, NAMES).with(appId).list(row -> row.getString("name")));
  }
}
