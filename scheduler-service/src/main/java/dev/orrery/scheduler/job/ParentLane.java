package dev.orrery.scheduler.job;

/** The lane of instances that have parts. The scheduler itself takes them. */
public final class ParentLane {
  /** The beginning of processor names that no worker may offer. */
  public static final String RESERVED = "orrery:";

  /** The processor of the lane; the migration of the index lane_of_parents repeats it. */
  public static final String PROCESSOR = RESERVED + "parent";

  private ParentLane() {}

  /**
   * Returns an expression of the lane whose workers an active instance waits for: a parent waits
   * for those of its parts.
   *
   * @param row the alias of the row in {@code instance}
   */
  public static String laneOfWorkers(String row) {
    return """
        coalesce((select v.part_lane_id from job_version v
            where v.id = {row}.job_version_id and v.lane_id = {row}.lane_id), {row}.lane_id)"""
        .replace("{row}", row);
  }
}
