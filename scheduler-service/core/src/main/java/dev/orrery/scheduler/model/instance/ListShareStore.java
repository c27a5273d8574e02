package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Divides the rows that a list examines among the jobs of its app by how densely their newest rows
 * lie, so that the reads of all jobs end at about the same time. The shares decide only how far a
 * statement reads.
 */
final class ListShareStore {
  /** The newest rows of a job that tell its density. */
  static final int SAMPLE = 20;

  /** Rows beyond the share of a job, whose next ones may lie closer than its newest. */
  private static final int SPARE = 4;

  /** The conditions are those of {@code InstancePageStore.LOOK_PER_JOB}. */
  private static final String NEWEST =
      """
      select jobs.job_id, active.rows as active, active.newest as newest_active,
        active.oldest as oldest_active, ended.rows as ended, ended.newest as newest_ended,
        ended.oldest as oldest_ended
      from unnest(?::bigint[]) as jobs(job_id)
      cross join lateral (
        select count(*) as rows, max(id) as newest, min(id) as oldest from (
          select i.id from instance i
          where i.job_id between jobs.job_id and jobs.job_id
            and (i.job_id, i.id) < (jobs.job_id, ?::bigint)
            and (i.job_id, i.id) >= (jobs.job_id, ?::bigint) and i.part is null
          order by i.job_id desc, i.id desc limit ?) newest
      ) active
      cross join lateral (
        select count(*) as rows, max(id) as newest, min(id) as oldest from (
          select h.id
          from (select ?::bigint as below, ?::bigint as first) span cross join instance_history h
          where h.job_id between jobs.job_id and jobs.job_id
            and (h.job_id, h.id) < (jobs.job_id, span.below) and h.id < span.below
            and (h.job_id, h.id) >= (jobs.job_id, span.first) and h.id >= span.first
          order by h.job_id desc, h.id desc limit ?) newest
      ) ended
      """;

  private ListShareStore() {}

  /**
   * The rows of each job that a statement reads at most.
   *
   * @param active of those that have not ended, in the order of the jobs
   * @param ended of those that have ended, in the order of the jobs
   */
  record Shares(List<Long> jobs, List<Integer> active, List<Integer> ended) {
    static Shares equal(List<Long> jobs, int active, int ended) {
      return new Shares(
          jobs, Collections.nCopies(jobs.size(), active), Collections.nCopies(jobs.size(), ended));
    }
  }

  /** The newest rows of a job, active or ended; without rows, the ids mean nothing. */
  record Newest(int rows, long newest, long oldest) {
    private double density(long newestOfAll) {
      return rows < SAMPLE ? 0 : (double) rows / (newestOfAll - oldest + 1);
    }
  }

  /**
   * @param rows of all jobs together, about
   */
  static Shares of(
      Connection connection, List<Long> jobs, long from, long end, InstanceFilter filter, int rows)
      throws SQLException {
    List<Long> found = new ArrayList<>();
    List<Newest> newest = new ArrayList<>();
    SqlStatement.of(connection, NEWEST)
        .bigints(jobs)
        .with(end)
        .with(from)
        .with(filter.selectsActive() ? SAMPLE : 0)
        .with(end)
        .with(from)
        .with(filter.selectsEnded() ? SAMPLE : 0)
        .list(
            row -> {
              found.add(row.getLong("job_id"));
              newest.add(newest(row, "active"));
              newest.add(newest(row, "ended"));
              return null;
            });
    List<Integer> shares = divide(newest, rows);
    List<Integer> active = new ArrayList<>();
    List<Integer> ended = new ArrayList<>();
    for (int n = 0; n < found.size(); n++) {
      active.add(filter.selectsActive() ? shares.get(2 * n) : 0);
      ended.add(filter.selectsEnded() ? shares.get(2 * n + 1) : 0);
    }
    return new Shares(found, active, ended);
  }

  private static Newest newest(ResultSet row, String state) throws SQLException {
    return new Newest(
        row.getInt(state), row.getLong("newest_" + state), row.getLong("oldest_" + state));
  }

  /**
   * Returns a share for each. What has fewer rows than the sample is read as a whole.
   *
   * @param rows of all together, about
   */
  static List<Integer> divide(List<Newest> all, int rows) {
    long newest =
        all.stream().filter(one -> one.rows() > 0).mapToLong(Newest::newest).max().orElse(0);
    double sum = all.stream().mapToDouble(one -> one.density(newest)).sum();
    return all.stream()
        .map(
            one ->
                one.rows() < SAMPLE
                    ? SAMPLE
                    : Math.min(rows, SPARE + (int) (rows * one.density(newest) / sum)))
        .toList();
  }
}
