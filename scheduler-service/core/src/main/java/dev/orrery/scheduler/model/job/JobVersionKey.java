package dev.orrery.scheduler.model.job;

/**
 * The permanent key of a job version. The id alone may come again if the database went back in time
 * and the clock of its server is behind.
 *
 * @param createdMicros the start of the transaction that wrote it, in microseconds since 1970
 */
public record JobVersionKey(long id, long createdMicros) {
  private static final String MICROS = "(date_part('epoch', %s) * 1000000)::bigint";

  /** Selects the column {@code version_created}, in a statement with the version as {@code v}. */
  public static final String CREATED = MICROS.formatted("v.created_at") + " as version_created";

  /**
   * Returns the same column for a statement that has only the id of the version. Costs one probe of
   * the primary key.
   *
   * @param id an expression of the statement
   */
  public static String createdOf(String id) {
    return "(select %s from job_version v where v.id = %s) as version_created"
        .formatted(MICROS.formatted("v.created_at"), id);
  }
}
