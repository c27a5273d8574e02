package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.model.job.document.JobDescription;
import java.sql.Connection;
import java.sql.SQLException;
import org.jboss.logging.Logger;

/**
 * Reads the description, labels and links of a job for messages. This takes two index probes and
 * reads no document.
 */
final class DescriptionStore {
  private static final Logger LOG = Logger.getLogger(DescriptionStore.class);

  private static final String OF_JOB =
      """
      select coalesce(v.description, '{}') as description
      from job j join job_version v on v.id = j.version_id where j.id = ?
      """;

  private DescriptionStore() {}

  static JobDescription of(Connection connection, long job, ObjectMapper json) throws SQLException {
    return SqlStatement.of(connection, OF_JOB)
        .with(job)
        .first(row -> row.getString("description"))
        .map(stored -> parsed(stored, json))
        .orElse(JobDescription.NONE);
  }

  private static JobDescription parsed(String stored, ObjectMapper json) {
    try {
      return json.readValue(stored, JobDescription.class);
    } catch (JsonProcessingException e) {
      LOG.warnf(
          "This release cannot read the description of a job; sending the alarm without it: %s",
          stored);
      return JobDescription.NONE;
    }
  }
}
