package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;

/** Tells PowerJob workers, whose versions are PowerJob's, from those of Orrery. */
public final class PowerJobWorker {
  private PowerJobWorker() {}

  /**
   * @param dialect of the agreement of a worker, or of a refused worker
   */
  public static boolean is(JsonNode dialect) {
    return dialect.asText().equals("powerjob");
  }
}
