package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.MisfirePolicy;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobVersionCacheTest {
  private static final int MIB = 1024 * 1024;

  @Test
  void limitsTotalSizeOfCachedVersions() {
    assertThat(kept(new ProcessorSpec.Shell(null, "x".repeat(64 * 1024)))).isBetween(1L, 8L);
    assertThat(kept(new ProcessorSpec.Shell(List.of("a", "x".repeat(64 * 1024)), null)))
        .isBetween(1L, 8L);
    assertThat(
            kept(
                new ProcessorSpec.Http(
                    "POST",
                    "http://h/",
                    Map.of("A", "x".repeat(8 * 1024)),
                    "x".repeat(56 * 1024),
                    List.of())))
        .isBetween(1L, 8L);
    assertThat(kept(new ProcessorSpec.Noop(null))).isEqualTo(500);
  }

  private static long kept(ProcessorSpec processor) {
    Cache<JobVersionKey, JobVersion> cache = JobVersionCache.ofAtMost(MIB);
    for (long id = 1; id <= 500; id++) {
      cache.put(new JobVersionKey(id, 0), version(id, processor));
    }
    cache.cleanUp();
    return cache.estimatedSize();
  }

  private static JobVersion version(long id, ProcessorSpec processor) {
    JobDocument document =
        new JobDocument(
            "job-" + id,
            JobDescription.NONE,
            null,
            processor,
            null,
            Map.of(),
            OverlapPolicy.SKIP,
            MisfirePolicy.FIRE_ONCE,
            Duration.ofHours(1),
            null,
            null,
            5,
            null,
            List.of(),
            null,
            null,
            true);
    return new JobVersion(id, id, 1, "app", 1, 1, null, document, Map.of(), null, null);
  }
}
