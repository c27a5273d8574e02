package dev.orrery.scheduler.engine.dispatch;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.instance.InstanceService;
import dev.orrery.scheduler.model.job.TestVersions;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Assignments of claimed rows, also after the database went back in time. */
@QuarkusTest
class AssignmentFactoryTest extends StoreServiceTest {
  @Inject JobDocumentCodec documents;
  @Inject InstanceService instances;

  private AssignmentFactory assignments;
  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    assignments =
        new AssignmentFactory(
            TestVersions.cache(database.hot(), documents),
            instances,
            new PartStore(database.hot()));
    job = database.job();
    session = database.session(job);
  }

  @Test
  void usesStoredDocumentRatherThanStaleCachedDocument() {
    job.running(1, session);
    assertThat(jobs()).containsExactly("job");

    job.replaceVersion("{\"name\":\"other\",\"processor\":{\"type\":\"noop\"}}");

    assertThat(jobs()).containsExactly("other");
  }

  @Test
  void reportsInstanceWithVersionOfAnotherJobAsUnreadable() {
    job.running(1, session);
    job.running(2, session, "job_version_id = " + job.sibling("sibling").version());

    AssignmentBatch made = made();

    assertThat(made.all()).extracting(one -> one.ref()).containsExactly(new AttemptRef(1, 1));
    assertThat(made.unreadable())
        .extracting(row -> row.row().attempt())
        .containsExactly(new AttemptRef(2, 1));
  }

  @Test
  void sharesParametersOfVersionAmongInstancesWithoutOwn() {
    StoredJob other = job.sibling("other", "\"parameters\":{\"a\":\"job\",\"b\":\"job\"}");
    other.running(1, session);
    other.running(2, session);
    other.running(3, session, "parameters = '{\"b\":\"run\"}'");

    Map<Long, Map<String, String>> parameters =
        made().all().stream().collect(toMap(Assignment::instance, Assignment::parameters));

    assertThat(parameters.get(1L)).isEqualTo(Map.of("a", "job", "b", "job"));
    assertThat(parameters.get(2L)).isSameAs(parameters.get(1L));
    assertThat(parameters.get(3L)).isEqualTo(Map.of("a", "job", "b", "run"));
  }

  /** 10 MB of documents in one batch. */
  @Test
  void defersAssignmentsBeyondMaximumBatchSize() {
    int count = ClaimStore.MAX_MISSING;
    for (int i = 1; i <= count; i++) {
      StoredJob large = job.sibling("large-" + i);
      large.replaceVersion(
          "{\"name\":\"large-%d\",\"processor\":{\"type\":\"shell\",\"script\":\"%s\"},\"parameters\":{\"a\":\"%s\"}}"
              .formatted(i, "x".repeat(60_000), "y".repeat(20_000)));
      large.running(i, session);
    }

    for (int round = 1; round <= 2; round++) {
      AssignmentBatch made =
          assignments.of(new ClaimStore(database.hot()).held(session, List.of(), count).missing());

      assertThat(made.characters())
          .as("in round %d", round)
          .isBetween(AssignmentFactory.MAX_CHARACTERS, AssignmentFactory.MAX_CHARACTERS + 90_000);
      assertThat(made.made()).hasSizeBetween(100, 110);
      assertThat(made.later()).hasSize(count - made.made().size());
      assertThat(made.unreadable()).isEmpty();
      assertThat(made.laterBySession().get(session)).hasSameSizeAs(made.later());
    }
  }

  private List<String> jobs() {
    return made().all().stream().map(one -> one.job()).toList();
  }

  private AssignmentBatch made() {
    return assignments.of(new ClaimStore(database.hot()).held(session, List.of(), 10).missing());
  }
}
