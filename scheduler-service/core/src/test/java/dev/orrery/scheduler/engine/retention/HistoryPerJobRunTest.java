package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.retention.HistoryPerJob.Limits;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Batch;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Excess;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Outcome;
import dev.orrery.scheduler.engine.retention.HistoryPerJobStore.Scanned;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order of scans and deletes in a run, depending on what earlier ones found. */
class HistoryPerJobRunTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration RUN = Duration.ofSeconds(5);
  private static final Batch BATCH = new Batch(10, 100);
  private static final Excess EXCESS = new Excess(3, 30);

  private final SettableTicker ticker = new SettableTicker();
  private final Deque<Scanned> scans = new ArrayDeque<>();
  private final Deque<Outcome> deletes = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();

  /** Each call takes a second. */
  private final HistoryPerJobStore store =
      new HistoryPerJobStore(null) {
        @Override
        Scanned scan(long afterJob, int jobs, int kept) {
          calls.add("scan " + jobs + " after " + afterJob + " keeping " + kept);
          ticker.advance(SECOND);
          return scans.remove();
        }

        @Override
        Outcome delete(List<Excess> excesses, Duration age, Batch batch) {
          assertThat(excesses).containsExactly(EXCESS);
          assertThat(age).isEqualTo(HistoryPerJob.GRACE_PERIOD);
          assertThat(batch).isEqualTo(BATCH);
          calls.add("delete");
          ticker.advance(SECOND);
          return deletes.remove();
        }
      };

  @Test
  void scansJobsWithoutExcessAndRestartsAtFirstJob() {
    HistoryPerJob bound = keeping(2);
    scanned(3L);
    scanned(6L);
    scanned(null);
    bound.enforce();
    scanned(null);
    bound.enforce();

    assertThat(calls).containsExactly(scanAfter(0), scanAfter(3), scanAfter(6), scanAfter(0));
  }

  @Test
  void continuesWithFollowingJobsAfterFailedDelete() {
    HistoryPerJob bound = keeping(2);
    scanned(3L, EXCESS);
    assertThatThrownBy(bound::enforce).isInstanceOf(NoSuchElementException.class);
    scanned(null);
    bound.enforce();

    assertThat(calls).containsExactly(scanAfter(0), "delete", scanAfter(3));
  }

  @Test
  void repeatsDeletesUntilNoExcessRemains() {
    scanned(3L, EXCESS);
    deletes.addAll(List.of(Outcome.MORE, Outcome.DONE));
    scanned(null);

    keeping(2).enforce();

    assertThat(calls).containsExactly(scanAfter(0), "delete", "delete", scanAfter(3));
  }

  @Test
  void stopsWhenAnotherReplicaDeletesAndRescansSameJobsNextTime() {
    HistoryPerJob bound = keeping(2);
    scanned(3L, EXCESS);
    deletes.add(Outcome.BUSY);
    bound.enforce();
    scanned(null);
    bound.enforce();

    assertThat(calls).containsExactly(scanAfter(0), "delete", scanAfter(0));
  }

  @Test
  void startsNoDeleteAfterTimeBudgetIsSpent() {
    HistoryPerJob bound = keeping(2);
    scanned(3L, EXCESS);
    deletes.addAll(Collections.nCopies(9, Outcome.MORE));
    bound.enforce();
    assertThat(calls).containsExactly(scanAfter(0), "delete", "delete", "delete", "delete");

    calls.clear();
    scanned(null);
    bound.enforce();
    assertThat(calls).as("of the next run").containsExactly(scanAfter(0));
  }

  @Test
  void startsNoScanAfterTimeBudgetIsSpent() {
    HistoryPerJob bound = keeping(2);
    for (long job = 1; job <= 9; job++) {
      scanned(job);
    }
    bound.enforce();
    assertThat(calls).hasSize(5);

    scans.clear();
    scanned(null);
    bound.enforce();
    assertThat(calls).hasSize(6).last().isEqualTo(scanAfter(5));
  }

  @Test
  void scansNothingWithoutHistoryLimit() {
    keeping(0).enforce();

    assertThat(calls).isEmpty();
  }

  private HistoryPerJob keeping(int kept) {
    return new HistoryPerJob(store, ticker, kept, new Limits(7, BATCH, RUN));
  }

  private void scanned(Long lastJob, Excess... excesses) {
    scans.add(new Scanned(List.of(excesses), Optional.ofNullable(lastJob)));
  }

  private static String scanAfter(long job) {
    return "scan 7 after " + job + " keeping 2";
  }
}
