package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerStoreTest extends StoreTest {
  private static final String NOBODY = "";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void pagesThroughSessionsOfWorkerWithoutDuplicates() {
    for (int i = 0; i < 5; i++) {
      database.session(job);
    }
    // Stored last first, so that the order of the rows is not the one of the list.
    database.update("create temporary table shuffled as select * from worker_session");
    database.update("delete from worker_session");
    database.update(
        "insert into worker_session select * from shuffled order by md5(id::text) desc");
    database.update("drop table shuffled");

    List<WorkerView> walked = new ArrayList<>();
    for (List<WorkerView> page = page(null, NOBODY, 1);
        !page.isEmpty();
        page = page(null, page.get(0).cursor(), 1)) {
      walked.addAll(page);
    }

    assertThat(walked)
        .hasSize(5)
        .isSortedAccordingTo(Comparator.comparing(WorkerView::session))
        .extracting(WorkerView::session)
        .doesNotHaveDuplicates();
  }

  @Test
  void showsSessionHandleUsedInLogLines() {
    UUID session = database.session(job);

    assertThat(page(null, NOBODY, 9))
        .extracting(WorkerView::session)
        .containsExactly(SessionHandle.of(session));
  }

  @Test
  void listsSessionsSortedByWorkerName() {
    name(database.session(job), "b");
    name(database.session(job), "a");

    assertThat(page(null, NOBODY, 9)).extracting(WorkerView::name).containsExactly("a", "b");
  }

  @Test
  void omitsEndedSessionFromList() {
    UUID ended = database.session(job);
    name(ended, "ended");
    name(database.session(job), "live");
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    assertThat(page(null, NOBODY, 9)).extracting(WorkerView::name).containsExactly("live");
  }

  @Test
  void filtersSessionListByApp() {
    name(database.session(job), "ours");
    StoredJob other = database.job();
    name(database.session(other), "theirs");

    assertThat(page(job.app(), NOBODY, 9)).extracting(WorkerView::name).containsExactly("ours");
    assertThat(page(null, NOBODY, 9)).hasSize(2);
  }

  private void name(UUID session, String worker) {
    database.update("update worker_session set worker = ? where id = ?", worker, session);
  }

  private List<WorkerView> page(Integer onlyApp, String after, int limit) {
    return new WorkerStore(database.hot()).page(onlyApp, after, limit).rows();
  }
}
