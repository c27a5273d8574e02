package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of jobs, beside a deleted job and a job of another app. */
@QuarkusTest
class JobStoreTest extends StoreServiceTest {
  @Inject JobDocumentCodec documents;

  private JobStore store;
  private StoredJob job;

  @BeforeEach
  void createRows() {
    store = new JobStore(database.hot().edit(), documents, null);
    StoredJob deleted = database.job();
    edited(deleted, 2);
    database.update("update job set deleted_at = now() where id = ?", deleted.id());
    job = deleted.sibling("new");
    database.update("update job set name = 'job' where id = ?", job.id());
    database.job();
  }

  @Test
  void findsNoDeletedJob() {
    assertThat(store.find(job.app(), "job").map(found -> found.id())).hasValue(job.id());
    database.update("update job set deleted_at = now() where id = ?", job.id());

    assertThat(store.find(job.app(), "job")).isEmpty();
  }

  @Test
  void clearsPauseOfDeletedJobs() {
    StoredJob other = job.sibling("other");
    job.pause();
    other.pause();

    store.delete(List.of(job.id()));
    assertThat(database.numbers("select id from job where paused")).containsExactly(other.id());
    store.deleteAllOf(job.app());

    assertThat(database.numbers("select id from job where paused")).isEmpty();
  }

  @Test
  void listsUnreadableJobWithReason() {
    StoredJob another = job.sibling("another");
    database.update(
        "update job_version set document = jsonb_set(document, '{processor,type}', '\"quantum\"')"
            + " where id = ?",
        another.version());

    List<Job> page = store.list(job.app(), "", 10).rows();

    assertThat(page).extracting(Job::id).containsExactly(another.id(), job.id());
    assertThat(page).extracting(found -> found.document().name()).containsExactly("another", "new");
    assertThat(page.get(0).unreadable()).contains("processor.type", "quantum");
    assertThat(page.get(1).unreadable()).isNull();
  }

  @Test
  void findsLiveFlowsReachableFromGivenNames() {
    flow("begin", "[{'job': 'new'}, {'job': 'inner'}, {'job': 'inner'}, {'job': 'job'}]");
    StoredJob inner = flow("inner", "[{'job': 'begin'}, {'job': 'last'}, {'job': null}, 7]");
    flow("last", "[{'job': 'written'}, {'job': 'gone'}]");
    flow("written", "[{'job': 'apart'}]");
    flow("apart", "'no list'");
    StoredJob gone = flow("gone", "[{'job': 'apart'}]");
    database.update("update job set deleted_at = now() where id = ?", gone.id());

    assertThat(flows(10, List.of(), "begin"))
        .containsOnly(
            Map.entry("begin", Set.of("inner", "job", "new")),
            Map.entry("inner", Set.of("begin", "last")),
            Map.entry("last", Set.of("gone", "written")));
    assertThat(flows(2, List.of(), "begin")).hasSize(2);
    assertThat(flows(10, List.of(inner.id()), "begin")).containsOnlyKeys("begin");
    assertThat(flows(10, List.of(), "apart", "job", "new")).containsOnlyKeys("apart");
    assertThat(flows(10, List.of())).isEmpty();
  }

  @Test
  void listsPageOfLiveJobsOfSingleApp() {
    StoredJob another = job.sibling("another");

    assertThat(page("", 10)).containsExactly(another.id(), job.id());
    assertThat(page("", 1)).containsExactly(another.id());
    assertThat(page("another", 10)).containsExactly(job.id());
    assertThat(page("job", 10)).isEmpty();
  }

  @Test
  void endsPageAfterDocumentExceedingByteLimit() {
    for (int i = 0; i < 5; i++) {
      job.sibling("large-" + i);
    }
    database.update(
        """
        update job_version set document = document
          || jsonb_build_object('ofANewerRelease', repeat('x', 500 * 1024))
        where job_id in (select id from job where app_id = ? and name like 'large-%')
        """,
        job.app());

    PageRows<Job> first = store.list(job.app(), "job", 10);

    assertThat(first.rows()).extracting(found -> found.document().name()).hasSize(3);
    assertThat(first.cut()).isTrue();
    assertThat(store.list(job.app(), "large-2", 10).cut()).isFalse();
    assertThat(store.pageOfAll(new JobCursor(job.app(), "job"), 10).cut()).isTrue();
  }

  /** 500 documents may have 125 MiB. */
  @Test
  void readsOnlyDocumentsOfReturnedPage() {
    largeJobs(60);
    StoreDatabase.Client client = database.begin();
    JobStore reads = new JobStore(client.edit(), documents, null);

    int rows = reads.list(job.app(), "job", 500).rows().size();

    assertThat(rows).isBetween(9, 11);
    assertThat(documentsRead(client)).isEqualTo(rows);
    int all = reads.pageOfAll(new JobCursor(job.app(), "job"), 500).rows().size();
    assertThat(documentsRead(client)).isEqualTo(rows + all);
  }

  @Test
  void readsNoDocumentsOfResumedJobs() {
    largeJobs(20);
    StoreDatabase.Client client = database.begin();
    JobStore reads = new JobStore(client.edit(), documents, null);

    List<ResumedJob> resumed = reads.resumed(job.app(), "", 500);

    assertThat(resumed).hasSize(20).allMatch(one -> one.rule().isReadable() && one.enabled());
    assertThat(documentsRead(client)).isZero();
  }

  /** Each has 108 KiB that cannot be compressed much. */
  private void largeJobs(int count) {
    for (int n = 0; n < count; n++) {
      StoredJob large = job.sibling("large-" + n, "\"trigger\":{\"every\":\"PT24H\"}");
      database.update(
          """
          update job_version set document = document || jsonb_build_object('parameters',
            jsonb_build_object('text', (
              select string_agg(md5(n::text), '') from generate_series(1, 3456) n)))
          where id = ?
          """,
          large.version());
    }
  }

  private static long documentsRead(StoreDatabase.Client client) {
    return client.autocommit(
        connection ->
            SqlStatement.of(connection, StoredJob.DOCUMENTS_READ)
                .first(row -> row.getLong("idx_scan"))
                .orElseThrow());
  }

  @Test
  void listsJobsOfAllAppsOrderedByAppAndName() {
    StoredJob another = job.sibling("another");
    StoredJob other = database.job();
    StoredJob deleted = other.sibling("a");
    database.update("update job set deleted_at = now() where id = ?", deleted.id());

    List<AppJob> all = store.pageOfAll(JobCursor.START, 10).rows();
    List<AppJob> first = store.pageOfAll(JobCursor.START, 1).rows();

    assertThat(all)
        .extracting(found -> found.job().id())
        .containsSubsequence(
            job.app() < other.app()
                ? List.of(another.id(), job.id(), other.id())
                : List.of(other.id(), another.id(), job.id()))
        .doesNotContain(deleted.id());
    assertThat(first).isEqualTo(all.subList(0, 1));
    for (int i = 0; i < all.size(); i++) {
      assertThat(store.pageOfAll(JobCursor.parse(JobCursor.of(all.get(i)).toString()), 10).rows())
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void returnsVersionsOfLiveJobOnly() {
    assertThat(versions(Integer.MAX_VALUE, 10)).containsExactly(1);

    database.update("update job set deleted_at = now() where id = ?", job.id());
    assertThat(versions(Integer.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void returnsVersionsNewestFirstPageByPage() {
    edited(job, 2);
    edited(job, 3);

    assertThat(versions(Integer.MAX_VALUE, 2)).containsExactly(3, 2);
    assertThat(versions(2, 2)).containsExactly(1);
    assertThat(versions(1, 2)).isEmpty();
  }

  /** The jobs of a paused app are settled with their leftovers, so deleted ones belong to them. */
  @Test
  void includesDeletedJobsInAllJobsOfApp() {
    assertThat(store.jobsEverOf(job.app())).hasSize(2).contains(job.id());
  }

  private Map<String, Set<String>> flows(int limit, List<Long> deleted, String... names) {
    return store
        .flowsFrom(job.app(), List.of(names), Set.of("written"), deleted, limit)
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, flow -> Set.copyOf(flow.getValue())));
  }

  private StoredJob flow(String name, String nodes) {
    StoredJob flow = job.sibling(name);
    flow.replaceVersion(
        "{'name': '%s', 'processor': {'type': 'flow', 'nodes': %s}}"
            .formatted(name, nodes)
            .replace('\'', '"'));
    return flow;
  }

  private List<Long> page(String afterName, int limit) {
    return store.list(job.app(), afterName, limit).rows().stream()
        .map(found -> found.id())
        .toList();
  }

  private List<Integer> versions(int before, int limit) {
    return store.versions(job.app(), "job", before, limit).rows().stream()
        .map(JobVersionView::version)
        .toList();
  }

  private void edited(StoredJob of, int version) {
    database.update(
        """
        insert into job_version (job_id, version, document, lane_id, priority)
        select job_id, ?, document, lane_id, priority from job_version where id = ?
        """,
        version,
        of.version());
  }
}
