package dev.orrery.bench.throughput;

/**
 * A job that does nothing, and the request by which its runs are submitted.
 *
 * @param document JSON
 * @param entry the run in the body of a call, JSON
 */
public record LoadJob(String name, String document, String entry) {
  public static final LoadJob PLAIN =
      new LoadJob("throughput", "{\"processor\":{\"type\":\"noop\"}}", "{\"job\":\"throughput\"}");

  /** Ten parameters, of which each run replaces two. */
  public static final LoadJob WITH_PARAMETERS =
      new LoadJob(
          "parameters",
          """
          {"processor":{"type":"noop"},"parameters":{
            "tenant":"default","region":"eu-central-1","bucket":"invoices","prefix":"2027/03/01",
            "format":"parquet","currency":"EUR","batchSize":"500","dryRun":"false",
            "notify":"billing@example.org","source":"orders"}}""",
          """
          {"job":"parameters","parameters":{"tenant":"acme","prefix":"2027/03/02"}}""");
}
