package dev.orrery.scheduler.job;

/** The lane of instances that have parts. The scheduler itself takes them. */
public final class ParentLane {
  /** The beginning of processor names that no worker may offer. */
  public static final String RESERVED = "orrery:";

  /** The processor of the lane; the migration of the index lane_of_parents repeats it. */
  public static final String PROCESSOR = RESERVED + "parent";

  private ParentLane() {}
}
