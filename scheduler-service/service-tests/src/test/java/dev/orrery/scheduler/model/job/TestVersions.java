package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Makes caches of job versions for tests of other packages. */
public final class TestVersions {
  private TestVersions() {}

  public static JobVersionCache cache(EngineDatabase database, JobDocumentCodec documents) {
    return new JobVersionCache(database, documents, new SimpleMeterRegistry());
  }
}
