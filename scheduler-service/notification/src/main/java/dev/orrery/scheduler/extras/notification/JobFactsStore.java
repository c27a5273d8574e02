package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.model.job.document.JobDescription;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * Reads what a message says of its job beside the event: description, zone and limits. This takes
 * index probes and reads no document.
 */
final class JobFactsStore {
  private static final Logger LOG = Logger.getLogger(JobFactsStore.class);

  private static final String OF_JOB =
      """
      select coalesce(v.description, '{}') as description, v.fire_rule -> 'trigger' ->> 'zone' as zone,
        statement_timestamp() as now, w.late_after_millis, w.window_millis, x.no_success_millis,
        x.runs_longer_millis, (extract(epoch from t.timeout) * 1000)::bigint as timeout_millis
      from job j join job_version v on v.id = j.version_id
      left join job_watch x on x.job_id = j.id
      left join webhook w on w.id = ?
      left join lateral (
        select r.timeout from instance_history h join job_version r on r.id = h.job_version_id
        where h.job_id between j.id and j.id and h.id = ?
        order by h.job_id, h.id limit 1) t on true
      where j.id = ?
      """;

  private JobFactsStore() {}

  /**
   * The facts about a job that its messages contain.
   *
   * @param zone of its trigger; null if it has none
   * @param now when this was read, by the database's clock; null of no job
   * @param lateAfter a limit of the webhook, as is {@code window}
   * @param noSuccessFor null without this alert, as is {@code runsLongerThan}
   * @param timeout of the run that timed out; null of others
   */
  record JobFacts(
      JobDescription description,
      String zone,
      Instant now,
      Duration lateAfter,
      Duration window,
      Duration noSuccessFor,
      Duration runsLongerThan,
      Duration timeout) {
    /** Of no job. */
    static final JobFacts NONE =
        new JobFacts(JobDescription.NONE, null, null, null, null, null, null, null);

    /** Returns the limit whose excess is the event; null if it has none. */
    Duration limit(WebhookEvent event, int count) {
      return switch (event) {
        case FAILED -> count > 1 ? window : timeout;
        case PAUSED -> timeout;
        case LATE -> lateAfter;
        case OVERDUE -> noSuccessFor;
        case SLOW -> runsLongerThan;
        case RECOVERED, CLOSED, MISSED, TEST -> null;
      };
    }
  }

  /**
   * @param timedOut the run that timed out; null if none did
   */
  static JobFacts of(Connection connection, Pair pair, Long timedOut, ObjectMapper json)
      throws SQLException {
    return SqlStatement.of(connection, OF_JOB)
        .with(pair.webhook())
        .withBigint(timedOut)
        .with(pair.job())
        .first(row -> read(row, json))
        .orElse(JobFacts.NONE);
  }

  private static JobFacts read(ResultSet row, ObjectMapper json) throws SQLException {
    return new JobFacts(
        parsed(row.getString("description"), json),
        row.getString("zone"),
        SqlStatement.instant(row, "now"),
        millis(row, "late_after_millis"),
        millis(row, "window_millis"),
        millis(row, "no_success_millis"),
        millis(row, "runs_longer_millis"),
        millis(row, "timeout_millis"));
  }

  private static Duration millis(ResultSet row, String column) throws SQLException {
    Long millis = SqlStatement.nullableLong(row, column);
    return millis == null ? null : Duration.ofMillis(millis);
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
