package dev.orrery.scheduler.model.job.document;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parameters that the scheduler adds for a part. */
public final class ShardParameters {
  public static final String INDEX = "shardIndex";
  public static final String COUNT = "shardCount";

  public static final List<String> NAMES = List.of(INDEX, COUNT);

  private ShardParameters() {}

  /** Returns the parameters of the parent with those of the part, which take precedence. */
  public static Map<String, String> of(Map<String, String> parent, int part, int total) {
    Map<String, String> all = new HashMap<>(parent);
    all.put(INDEX, Integer.toString(part));
    all.put(COUNT, Integer.toString(total));
    return all;
  }
}
