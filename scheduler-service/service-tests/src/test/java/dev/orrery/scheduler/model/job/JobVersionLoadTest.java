package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.job.JobVersionCache.Budget;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class JobVersionLoadTest extends StoreServiceTest {
  /** Eight of them fit into the budget of a page. */
  private static final int LARGE = 240_000;

  @Inject JobDocumentCodec documents;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private EngineDatabase client;
  private JobVersionCache versions;

  @BeforeEach
  void createCache() {
    client = database.hot();
    versions = new JobVersionCache(client, documents, registry);
  }

  private List<JobVersionKey> jobs(int count, int characters) {
    List<JobVersionKey> keys = new ArrayList<>();
    StoredJob first = database.job();
    for (int n = 0; n < count; n++) {
      StoredJob job = n == 0 ? first : first.sibling("job-" + n);
      database.update(
          "update job_version set document = jsonb_set(document, '{note}', to_jsonb(?::text))"
              + " where job_id = ?",
          "x".repeat(characters),
          job.id());
      keys.add(job.key());
    }
    return keys;
  }

  private Map<JobVersionKey, JobVersion> loaded(List<JobVersionKey> keys, Budget budget) {
    return client.transaction(connection -> versions.load(connection, keys, budget));
  }

  @Test
  void loadsDocumentsBeyondBudgetInNextCall() {
    List<JobVersionKey> keys = jobs(12, LARGE);

    assertThat(loaded(keys, Budget.PAGE)).containsOnlyKeys(keys.subList(0, 8));
    assertThat(loaded(keys, Budget.PAGE)).containsOnlyKeys(keys);
  }

  @Test
  void loadsSingleDocumentOfAnySize() {
    List<JobVersionKey> keys = jobs(2, 2 * 1024 * 1024);

    assertThat(loaded(keys, Budget.PAGE)).containsOnlyKeys(keys.get(0));
  }

  @Test
  void limitsNumberOfVersionsLoadedPerStep() {
    List<JobVersionKey> keys = jobs(21, 1);

    assertThat(loaded(keys, Budget.STEP)).containsOnlyKeys(keys.subList(0, 20));
    assertThat(loaded(keys, Budget.CLAIM)).containsOnlyKeys(keys);
  }

  @Test
  void countsLookupsByResult() {
    List<JobVersionKey> keys = jobs(3, 1);

    loaded(keys.subList(0, 2), Budget.CLAIM);
    loaded(keys, Budget.CLAIM);
    versions.load(keys, Budget.CLAIM);

    assertThat(lookups("miss")).isEqualTo(3);
    assertThat(lookups("hit")).isEqualTo(5);
  }

  private double lookups(String outcome) {
    return registry.get("orrery.job.versions.lookups").tag("outcome", outcome).counter().count();
  }

  @Test
  void readsSelectedPartsOfManyVersions() {
    List<JobVersionKey> keys = jobs(45, 1);
    keys.add(new JobVersionKey(Long.MAX_VALUE, 0));

    Map<JobVersionKey, Boolean> readable =
        client.transaction(
            connection ->
                versions.parts(connection, new LinkedHashSet<>(keys), JobVersion::isReadable));

    assertThat(readable).containsOnlyKeys(keys);
    assertThat(readable.values().stream().filter(one -> !one)).hasSize(1);
  }
}
