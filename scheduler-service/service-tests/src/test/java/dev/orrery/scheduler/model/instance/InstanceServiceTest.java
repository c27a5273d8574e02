package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.TestVersions;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.model.progress.ProgressStore;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists instances of many jobs on a replica that has none of their versions in memory. */
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
  void readsVersionsOfPageTogetherOnReadConnection() {
    InstancePage page = page(Long.MAX_VALUE);

    assertThat(page.items()).hasSize(JOBS).extracting(InstanceView::job).contains("job", "job-44");
    assertThat(page.next()).isNull();
    assertThat(client.callsOfTheEngine()).isZero();
    assertThat(client.calls()).as("page, versions, lanes and pauses").isEqualTo(4);
  }

  /** 34 documents of 60 KiB fit into the budget of a page. */
  @Test
  void endsPageWhenVersionsExceedMemoryLimit() {
    database.update(
        """
        update job_version set document = document || jsonb_build_object('processor',
          jsonb_build_object('type', 'shell', 'script', repeat('x', 60 * 1024)))
        """);

    InstancePage first = page(Long.MAX_VALUE);
    InstancePage second = page(Long.parseLong(first.next()));

    assertThat(first.items()).hasSize(34);
    assertThat(first.next()).isEqualTo("12");
    assertThat(second.items())
        .extracting(InstanceView::id)
        .containsExactly("11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1");
    assertThat(second.next()).isNull();
  }

  @Test
  void reportsExaminedRangeOfIncompletePage() {
    job.instances(1_000, 10_100);
    job.instance(999, "state = 0");
    InstanceFilter due = InstanceFilter.created("job", null, null).waitingFor(WaitingFor.DUE_TIME);

    InstancePage first = page(due, Long.MAX_VALUE);
    InstancePage second = page(due, Long.parseLong(first.next()));

    assertThat(first.items()).isEmpty();
    assertThat(first.examinedFrom()).isEqualTo(InstanceId.createdAt(1_100));
    assertThat(first.next()).isEqualTo("1100");
    assertThat(second.items()).extracting(InstanceView::id).containsExactly("999");
    assertThat(second.examinedFrom()).isNull();
    assertThat(page(InstanceFilter.created("job", null, null), Long.MAX_VALUE).examinedFrom())
        .as("a page that is full")
        .isNull();
  }

  private InstancePage page(long before) {
    return page(InstanceFilter.created(null, null, null), before);
  }

  private InstancePage page(InstanceFilter filter, long before) {
    InstanceStore store = new InstanceStore(client);
    JobVersionCache versions = TestVersions.cache(client, documents);
    return new InstanceService(
            client,
            store,
            new InstancePageStore(client),
            new WaitingReasonService(store, new WaitingReasonStore(client), versions),
            progress,
            versions,
            json)
        .page(new InstancePageStore.PageRequest(job.app(), filter, before, 100));
  }
}
