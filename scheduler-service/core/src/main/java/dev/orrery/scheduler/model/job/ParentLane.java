package dev.orrery.scheduler.model.job;

/**
 * The lanes of parents, which the scheduler itself starts. An app has one lane for all its parents.
 * Only broadcasts wait for their start in lanes of their own, one for each kind of worker that they
 * need, so that they do not hold up other parents.
 */
public final class ParentLane {
  /** The beginning of processor names that no worker may offer; lane_of_parents repeats it. */
  public static final String RESERVED = "orrery:";

  /** The processor of the lane in which all parents await their parts or nodes. */
  public static final String PROCESSOR = RESERVED + "parent";

  private static final String BROADCAST = RESERVED + "broadcast:";

  /**
   * The maximum number of parents of an app that await their parts or nodes; others stay ready.
   * Parents that are nodes of a flow do not count.
   */
  public static final int MAX_AWAITING = 1_000;

  private ParentLane() {}

  /** Returns the processor of the lane in which broadcasts to workers with a processor wait. */
  public static String ofBroadcasts(String processor) {
    return BROADCAST + processor;
  }

  /**
   * Returns a condition that is true for the lanes of parents.
   *
   * @param lane the alias of the row in {@code lane}
   */
  public static String isOfParents(String lane) {
    return "starts_with(%s.processor, '%s')".formatted(lane, RESERVED);
  }

  /**
   * Returns the processor that a worker must offer before a parent of the lane can start.
   *
   * @param lane the alias of the row in {@code lane}; must be one of broadcasts
   */
  public static String neededProcessor(String lane) {
    return "substr(%s.processor, %d)".formatted(lane, BROADCAST.length() + 1);
  }

  /**
   * Returns the lane in which all parents of an app await their parts or nodes.
   *
   * @param app an expression of the app
   */
  public static String ofApp(String app) {
    return "(select p.id from lane p where p.app_id = %s and p.processor = '%s' limit 1)"
        .formatted(app, PROCESSOR);
  }

  /**
   * Returns an expression of the lane for which a ready instance waits: a parent waits for the
   * workers of its parts, or in the lane of its app while that is full.
   *
   * @param row the alias of the row in {@code instance}
   * @param full an expression of the lane of the app's parents if it is full; null otherwise
   */
  public static String waitingLane(String row, String full) {
    return """
        (select case when {row}.lane_id = f.lane then f.lane else
            coalesce((select coalesce(f.lane, v.part_lane_id) from job_version v
              where v.id = {row}.job_version_id and v.lane_id = {row}.lane_id
                and v.part_lane_id is not null), {row}.lane_id) end
          from (select {full}) as f(lane))"""
        .replace("{row}", row)
        .replace("{full}", full);
  }

  /**
   * Returns a condition that is true if the lane is one of parents, and {@link #MAX_AWAITING}
   * parents of its app await their parts or nodes.
   *
   * @param lane the alias of the row in {@code lane}
   */
  public static String isFull(String lane) {
    return """
        {ofParents} and {max} <= (select count(*) from (
            select from instance a
            where a.lane_id = {ofApp} and a.state = :AWAITING and a.parent_id is null
            limit {max}) few)"""
        .replace("{ofParents}", isOfParents(lane))
        .replace("{ofApp}", ofApp(lane + ".app_id"))
        .replace("{max}", Integer.toString(MAX_AWAITING));
  }
}
