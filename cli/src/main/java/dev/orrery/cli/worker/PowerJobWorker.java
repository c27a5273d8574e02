package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;

/** Recognizes PowerJob workers, because their versions are those of PowerJob and not of Orrery. */
public final class PowerJobWorker {
  private PowerJobWorker() {}

  /**
   * @param dialect of the agreement of a worker, or of a refused worker
   */
  public static boolean is(JsonNode dialect) {
    return dialect.asText().equals("powerjob");
  }
}
