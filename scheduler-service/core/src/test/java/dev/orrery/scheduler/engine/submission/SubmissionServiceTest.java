package dev.orrery.scheduler.engine.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.completion.InstanceMetrics;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import dev.orrery.scheduler.engine.submission.SubmissionStore.Outcome;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubmissionServiceTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final SettableTicker ticker = new SettableTicker();
  private final List<Hint> heard = new ArrayList<>();
  private final RecordingStore store = new RecordingStore();
  private SubmissionService submissions;

  /** Returns the same outcome to each submission, and keeps which ones shared a statement. */
  private final class RecordingStore extends SubmissionStore {
    private final List<List<Submission>> statements = new ArrayList<>();
    private Outcome outcome = new Outcome.Made(List.of(1L), List.of(), List.of(), null);
    private Duration duration = Duration.ZERO;
    private RuntimeException failure;

    RecordingStore() {
      super(null);
    }

    @Override
    List<Outcome> submit(List<Submission> group) {
      statements.add(group);
      ticker.advance(duration);
      if (failure != null) {
        throw failure;
      }
      return group.stream().map(submission -> outcome).toList();
    }

    @Override
    ProblemException notFound(int appId, List<String> jobs) {
      return ProblemException.of(ErrorCode.JOB_NOT_FOUND, "There are none: " + jobs);
    }
  }

  @BeforeEach
  void createSubmissions() {
    HintBus hints = new HintBus();
    hints.listen(heard::add);
    submissions =
        new SubmissionService(
            store,
            executor,
            ticker,
            hints,
            new InstanceMetrics(new SimpleMeterRegistry()),
            executor.metrics(),
            TestMetrics.quotas());
  }

  @Test
  void groupsConcurrentSubmissionsIntoSingleStatement() {
    submit(plain(), plain(), keyed(1, "a"), keyed(1, "b"));

    assertThat(store.statements)
        .containsExactly(List.of(plain(), plain(), keyed(1, "a"), keyed(1, "b")));
  }

  /** A statement does not see what it inserts itself, so it would make the runs of both. */
  @Test
  void separatesSubmissionsWithSameIdempotencyKey() {
    submit(keyed(1, "a"), plain(), keyed(1, "a"));

    assertThat(store.statements)
        .containsExactly(List.of(keyed(1, "a"), plain()), List.of(keyed(1, "a")));
  }

  @Test
  void treatsSameIdempotencyKeyOfDifferentAppsAsDistinct() {
    submit(keyed(1, "a"), keyed(2, "a"));

    assertThat(store.statements).containsExactly(List.of(keyed(1, "a"), keyed(2, "a")));
  }

  @Test
  void publishesFreshLaneHintAfterQuickStatement() {
    store.outcome = new Outcome.Made(List.of(1L), List.of(7), List.of(), null);

    submit(plain());

    assertThat(heard).containsExactly(new Hint.LanesReady(Set.of(7), true));
  }

  @Test
  void publishesStaleLaneHintAfterSlowStatement() {
    store.outcome = new Outcome.Made(List.of(1L), List.of(7), List.of(), null);
    store.duration = HintBus.JUST_NOW;

    submit(plain());

    assertThat(heard).containsExactly(new Hint.LanesReady(Set.of(7), false));
  }

  @Test
  void publishesHintsForLimitedJobsAndLaterDueTimes() {
    store.outcome = new Outcome.Made(List.of(1L), List.of(), List.of(3L), Duration.ofMinutes(1));

    submit(plain());

    assertThat(heard)
        .containsExactly(new Hint.Unblock(Set.of(3L)), new Hint.DueIn(Duration.ofMinutes(1)));
  }

  @Test
  void publishesNoHintForRepeatedCall() {
    store.outcome = new Outcome.Repeated(List.of(4L));

    submit(keyed(1, "a"));

    assertThat(heard).isEmpty();
  }

  /** As many as fill the share of the app if they stayed in it. */
  @Test
  void releasesShareOfAppAfterDatabaseOutage() {
    Submission large =
        new Submission(
            1, null, List.of(new Run("job", null, null, SubmissionLimits.MAX_INSTANCES_PER_CALL)));
    store.failure = DatabaseFailures.outage();
    for (int held = 0; held < SubmissionLimits.MAX_QUEUED_PER_APP; held += large.weight()) {
      assertThat(submit(large)).allMatch(CompletableFuture::isCompletedExceptionally);
    }
    store.failure = null;

    assertThat(submit(plain()).get(0)).isCompletedWithValue(List.of(1L));
  }

  @Test
  void limitsConcurrentLookupsOfUnknownJobsToTwo() {
    store.outcome = new Outcome.UnknownJobs(List.of("unknown"));

    for (int round = 0; round < 2; round++) {
      List<CompletableFuture<List<Long>>> refused = submit(plain(), plain(), plain());

      Failed.with(ErrorCode.JOB_NOT_FOUND, refused.get(0));
      Failed.with(ErrorCode.JOB_NOT_FOUND, refused.get(1));
      Failed.with(ErrorCode.OVERLOADED, refused.get(2));
    }
  }

  private List<CompletableFuture<List<Long>>> submit(Submission... all) {
    List<CompletableFuture<List<Long>>> ids = Arrays.stream(all).map(submissions::submit).toList();
    executor.runAll();
    assertThat(ids).allMatch(CompletableFuture::isDone);
    return ids;
  }

  private static Submission plain() {
    return new Submission(1, null, List.of(new Run("job", null, null, 1)));
  }

  private static Submission keyed(int app, String key) {
    return new Submission(app, new Idempotency(key, "00"), List.of(new Run("job", null, null, 1)));
  }
}
