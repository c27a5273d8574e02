package dev.orrery.scheduler.job;

/** The lane of parents. The scheduler itself starts them. */
public final class ParentLane {
  /** The beginning of processor names that no worker may offer. */
  public static final String RESERVED = "orrery:";

  /** The processor of the lane; the migration of the index lane_of_parents repeats it. */
  public static final String PROCESSOR = RESERVED + "parent";

  /**
   * The maximum number of parents of an app that await their parts or nodes; others stay ready.
   * Parents that are nodes of a flow do not count.
   */
  public static final int MAX_AWAITING = 1_000;

  private ParentLane() {}

  /**
   * Returns an expression of the lane for which a ready instance waits: a parent waits for the
   * workers of its parts, or in its own lane while that is full.
   *
   * @param row the alias of the row in {@code instance}
   * @param full an expression of the parents' lane if it is full; null otherwise
   */
  public static String waitingLane(String row, String full) {
    return """
        case when {row}.lane_id = {full} then {row}.lane_id else
            coalesce((select v.part_lane_id from job_version v
              where v.id = {row}.job_version_id and v.lane_id = {row}.lane_id), {row}.lane_id) end"""
        .replace("{row}", row)
        .replace("{full}", full);
  }

  /**
   * Returns a condition that is true if {@link #MAX_AWAITING} parents of the lane await their parts
   * or nodes.
   *
   * @param lane the alias of the row in {@code lane}
   */
  public static String isFull(String lane) {
    return """
        {lane}.processor = '{parent}' and {max} <= (select count(*) from (
            select from instance a
            where a.lane_id = {lane}.id and a.state = :AWAITING and a.parent_id is null
            limit {max}) few)"""
        .replace("{lane}", lane)
        .replace("{parent}", PROCESSOR)
        .replace("{max}", Integer.toString(MAX_AWAITING));
  }
}
