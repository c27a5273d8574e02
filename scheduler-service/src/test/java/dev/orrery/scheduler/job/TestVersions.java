package dev.orrery.scheduler.job;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.job.document.JobDocumentCodec;

/** Makes caches of job versions for tests of other packages. */
public final class TestVersions {
  private TestVersions() {}

  public static JobVersionCache cache(EngineDatabase database, JobDocumentCodec documents) {
    return new JobVersionCache(database, documents);
  }
}
