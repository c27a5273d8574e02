package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.powerjob.JobNumberStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads the jobs that PowerJob clients see: the jobs with a PowerJob processor. */
@ApplicationScoped
class ClientJobStore {
  private static final String JOBS =
      """
      select j.id, coalesce(n.number, j.id) as number, j.name, v.document, v.document_bytes,
        v.created_at as modified_at, first.created_at, t.next_fire_at
      from job j
      join job_version v on v.id = j.version_id
      join job_version first on first.job_id = j.id and first.version = 1
      left join trigger t on t.job_id = j.id
      left join powerjob_job n on n.job_id = j.id
      where j.app_id = ? and j.deleted_at is null and (
        select l.processor from lane l where l.id = coalesce(v.part_lane_id, v.lane_id)) in ('%s', '%s')
      """
          .formatted(ProcessorSpec.POWERJOB, ProcessorSpec.POWERJOB_HEAVY);

  private static final String FIND = JOBS + " and j.id = " + JobNumberStore.JOB_ID;

  /** Uses the order of the index job_name: by id, each page would read all jobs of the app. */
  private static final String PAGE =
      PageBytes.within(JOBS + " and j.name > ? order by j.name limit ?", "document_bytes", "name");

  private static final int PAGE_SIZE = 500;

  private final EngineDatabase database;
  private final ObjectMapper json;

  ClientJobStore(EngineDatabase database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /**
   * A stored job.
   *
   * @param number by which clients know it: that of PowerJob if it was imported, else its id
   * @param document as stored
   * @param modified the time of its current version
   * @param nextFireTime null if there is none
   */
  record StoredJob(
      long id,
      long number,
      String name,
      ObjectNode document,
      Instant created,
      Instant modified,
      Instant nextFireTime) {}

  Optional<StoredJob> find(int appId, long number) {
    return database.read(
        connection ->
            SqlStatement.of(connection, FIND)
                .with(appId)
                .with(appId)
                .with(number)
                .with(number)
                .first(this::storedJob));
  }

  /** Returns a page of jobs by name; no jobs after the last one. */
  List<StoredJob> page(int appId, String afterName) {
    return database.read(
        connection ->
            PageRows.read(
                    SqlStatement.of(connection, PAGE)
                        .with(appId)
                        .withText(afterName)
                        .with(PAGE_SIZE),
                    this::storedJob)
                .rows());
  }

  private StoredJob storedJob(ResultSet row) throws SQLException {
    try {
      return new StoredJob(
          row.getLong("id"),
          row.getLong("number"),
          row.getString("name"),
          json.readValue(row.getString("document"), ObjectNode.class),
          SqlStatement.instant(row, "created_at"),
          SqlStatement.instant(row, "modified_at"),
          SqlStatement.instant(row, "next_fire_at"));
    } catch (JsonProcessingException e) {
      throw new SQLException("The document of a job is not an object", e);
    }
  }
}
