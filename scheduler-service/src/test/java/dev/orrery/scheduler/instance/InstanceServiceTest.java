package dev.orrery.scheduler.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreServiceTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.job.TestVersions;
import dev.orrery.scheduler.job.document.JobDocumentCodec;
import dev.orrery.scheduler.progress.ProgressStore;
import dev.orrery.scheduler.rest.Page;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of instances of many jobs, on a replica that has none of their versions in memory. */
@QuarkusTest
class InstanceServiceTest extends StoreServiceTest {
  private static final int JOBS = 45;

  @Inject JobDocumentCodec documents;
  @Inject ProgressStore progress;
  @Inject ObjectMapper json;

  private StoredJob job;
  private StoreDatabase.Client client;

  @BeforeEach
  void createRows() {
    job = database.job();
    for (int id = 1; id < JOBS; id++) {
      job.sibling("job-" + id).instance(id);
    }
    job.instance(JOBS, "state = 2");
    client = database.hot();
  }

  @Test
  void versionsOfAPageAreReadTogetherAndOnAConnectionForReads() {
    Page<InstanceView> page = page(Long.MAX_VALUE);

    assertThat(page.items()).hasSize(JOBS).extracting(InstanceView::job).contains("job", "job-44");
    assertThat(page.next()).isNull();
    assertThat(client.callsOfTheEngine()).isZero();
    assertThat(client.calls()).as("page, versions, lanes and pauses").isEqualTo(4);
  }

  /** Two statements load 20 versions each; the memory of 40 documents passes the bound. */
  @Test
  void pageEndsWhereItsVersionsTakeTooMuchMemory() {
    database.update(
        """
        update job_version set document = document || jsonb_build_object('processor',
          jsonb_build_object('type', 'shell', 'script', repeat('x', 60 * 1024)))
        """);

    Page<InstanceView> first = page(Long.MAX_VALUE);
    Page<InstanceView> second = page(Long.parseLong(first.next()));

    assertThat(first.items()).hasSize(40);
    assertThat(first.next()).isEqualTo("6");
    assertThat(second.items())
        .extracting(InstanceView::id)
        .containsExactly("5", "4", "3", "2", "1");
    assertThat(second.next()).isNull();
  }

  private Page<InstanceView> page(long before) {
    return new InstanceService(
            client,
            new InstanceStore(client),
            progress,
            TestVersions.cache(client, documents),
            json)
        .page(
            new InstanceStore.PageRequest(
                job.app(), InstanceFilter.created(null, null, null), before, 100));
  }
}
