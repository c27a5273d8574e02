package dev.orrery.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.StoreServiceTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.instance.InstanceService;
import dev.orrery.scheduler.job.TestVersions;
import dev.orrery.scheduler.job.document.JobDocumentCodec;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Assignments of claimed rows, after the database has gone back in time. */
@QuarkusTest
class AssignmentFactoryTest extends StoreServiceTest {
  @Inject JobDocumentCodec documents;
  @Inject InstanceService instances;

  private AssignmentFactory assignments;
  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    assignments = new AssignmentFactory(TestVersions.cache(database.hot(), documents), instances);
    job = database.job();
    session = database.session(job);
  }

  @Test
  void documentIsTheStoredOneWhateverWasReadBeforeUnderItsId() {
    job.running(1, session);
    assertThat(jobs()).containsExactly("job");

    job.replaceVersion("{\"name\":\"other\",\"processor\":{\"type\":\"noop\"}}");

    assertThat(jobs()).containsExactly("other");
  }

  @Test
  void noneIsMadeForAVersionOfAnotherJob() {
    job.running(1, session);
    job.running(2, session, "job_version_id = " + job.sibling("sibling").version());

    AssignmentBatch made = made();

    assertThat(made.all()).extracting(one -> one.ref()).containsExactly(new AttemptRef(1, 1));
    assertThat(made.unreadable())
        .extracting(row -> row.row().attempt())
        .containsExactly(new AttemptRef(2, 1));
  }

  private List<String> jobs() {
    return made().all().stream().map(one -> one.job()).toList();
  }

  private AssignmentBatch made() {
    return assignments.of(new ClaimStore(database.hot()).held(session, List.of(), 10).missing());
  }
}
