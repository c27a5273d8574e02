package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.SampleFacts.at;
import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.DIED;
import static dev.orrery.it.chaos.check.Violation.Kind.ENDED_EARLY;
import static dev.orrery.it.chaos.check.Violation.Kind.EXPIRED_TOO_SOON;
import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_DOUBLED;
import static dev.orrery.it.chaos.check.Violation.Kind.FIRE_MISSING;
import static dev.orrery.it.chaos.check.Violation.Kind.FOREIGN_DOCUMENT;
import static dev.orrery.it.chaos.check.Violation.Kind.LIMIT_EXCEEDED;
import static dev.orrery.it.chaos.check.Violation.Kind.LOST;
import static dev.orrery.it.chaos.check.Violation.Kind.OWN_COMPLAINT;
import static dev.orrery.it.chaos.check.Violation.Kind.READY_IN_OUTAGE;
import static dev.orrery.it.chaos.check.Violation.Kind.STARTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.STUCK;
import static dev.orrery.it.chaos.check.Violation.Kind.TERMINAL_CHANGED;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_END;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.chaos.check.Expected.Firing;
import dev.orrery.it.chaos.check.Facts.Document;
import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Flow;
import dev.orrery.it.chaos.check.Facts.Node;
import dev.orrery.it.chaos.check.Facts.NodeRun;
import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.check.Facts.Part;
import dev.orrery.it.chaos.check.Facts.Ready;
import dev.orrery.it.chaos.check.Facts.Seen;
import dev.orrery.it.chaos.check.Facts.Tree;
import dev.orrery.it.chaos.check.Graph.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Seeds one violation for each rule of the checker, which has to find it. */
class CheckerTest {
  private final SampleFacts run =
      new SampleFacts()
          .job(Expected.of("quick"))
          .job(Expected.of("single").limit(1))
          .job(Expected.of("flaky").fails(2))
          .job(Expected.of("fragile").survives(1))
          .job(Expected.of("timed").mayTimeOut())
          .job(Expected.of("tick").fires(new Firing.Every(Duration.ofSeconds(1), false)))
          .job(Expected.of("skipping").fires(new Firing.Every(Duration.ofSeconds(1), true)))
          .job(Expected.of("delayed").fires(new Firing.After(Duration.ofSeconds(2))));

  @Test
  void reportsNoViolationForCorrectRun() {
    run.succeeded("quick", 1, 2, 5, 6);
    run.earlier(1, 1, "LOST");
    run.trace(1, 1, 0, 5.5);
    run.ended("flaky", 2, "FAILED", null, 2, "failed 2/2");
    run.earlier(2, 1, "FAILED");
    run.ended("fragile", 3, "FAILED", "WORKER_LOST", 2, null);
    run.earlier(3, 1, "LOST");
    run.ended("timed", 4, "TIMED_OUT", null, 1, "timed out");
    run.ended("quick", 5, "CANCELED", "CANCELED", 0, null);
    run.askedToCancel.add(5L);
    run.canceled.add(5L);
    run.fired("tick", 10, 1, 1.1);
    run.fired("tick", 11, 2, 2.1);
    run.fired("tick", 12, 3, 3.1);
    run.fired("skipping", 20, 1, 5);
    run.skipped("skipping", 21, 4, 3);
    run.fired("skipping", 22, 5, 6);
    run.fired("delayed", 30, 1, 1.5);
    run.fired("delayed", 31, 3.5, 4);
    run.outages.add(new Outage(at(0), at(10)));
    run.expired.addAll(List.of(at(5), at(16)));

    assertThat(Checker.check(run.facts())).isEmpty();
  }

  @Test
  void reportsMissingAcknowledgedInstanceAsLost() {
    run.acknowledged.add(1L);
    assertThat(run.kinds()).containsExactly(LOST);
  }

  @Test
  void reportsResultOfStaleAttempt() {
    Ended end = run.succeeded("quick", 1, 2, 5, 6);
    run.trace(1, 1, 0, 5.5);
    run.earlier(1, 1, "LOST");
    run.ended.put(
        1L,
        new Ended(
            1,
            "quick",
            null,
            "SUCCEEDED",
            null,
            2,
            true,
            null,
            null,
            0,
            end.endedAt(),
            Facts.mark(1, 1),
            null));
    assertThat(run.kinds()).containsExactly(ACCEPTED_TWICE);
  }

  @Test
  void reportsAttemptStartedTwice() {
    run.succeeded("quick", 1, 1, 0, 1);
    run.trace(1, 1, 2, 3);
    assertThat(run.kinds()).containsExactly(STARTED_TWICE);
  }

  @Test
  void reportsDocumentOfWrongAppJobVersionOrEdit() {
    Ended end = run.succeeded("quick", 1, 5, 0, 1);
    Document own = SampleFacts.OWN;
    run.ran(1, 1, 2, 3, new Document("two/job", own.version(), own.marker()));
    run.ran(1, 2, 2, 3, new Document("one/other", own.version(), own.marker()));
    run.ran(1, 3, 2, 3, new Document(own.job(), 1, own.marker()));
    run.ran(1, 4, 2, 3, new Document(own.job(), own.version(), "two/job#7"));
    assertThat(run.kinds()).hasSize(4).containsOnly(FOREIGN_DOCUMENT);
    assertThat(end.attempt()).isEqualTo(5);
  }

  @Test
  void reportsChangedTerminalState() {
    Ended end = run.succeeded("quick", 1, 1, 0, 1);
    Seen same = new Seen(1, "SUCCEEDED", 1, end.endedAt(), end.result());
    run.seen.add(same);
    assertThat(run.kinds()).isEmpty();
    run.seen.add(new Seen(1, "FAILED", 1, end.endedAt(), end.result()));
    run.seen.add(new Seen(1, "SUCCEEDED", 2, end.endedAt(), end.result()));
    run.seen.add(new Seen(1, "SUCCEEDED", 1, end.endedAt().plusMillis(1), end.result()));
    run.seen.add(new Seen(1, "SUCCEEDED", 1, end.endedAt(), null));
    assertThat(run.kinds()).hasSize(4).containsOnly(TERMINAL_CHANGED);
  }

  @Test
  void reportsSilentTriggerAsStuck() {
    run.silent.add("tick");
    assertThat(run.kinds()).containsExactly(STUCK);
  }

  @Test
  void reportsFailureThatTheJobCannotProduce() {
    run.ended("quick", 1, "FAILED", null, 1, "failed 1/1");
    run.ended("flaky", 2, "FAILED", null, 1, "failed 2/1");
    run.ended("quick", 3, "TIMED_OUT", null, 1, "timed out");
    run.ended("fragile", 4, "FAILED", "WORKER_LOST", 1, null);
    assertThat(run.kinds()).hasSize(4).containsOnly(WRONG_END);
  }

  @Test
  void reportsMissingFireTime() {
    run.fired("tick", 1, 1, 1.1);
    run.fired("tick", 2, 3, 3.1);
    assertThat(run.kinds()).containsExactly(FIRE_MISSING);
  }

  @Test
  void reportsFixedDelayThatFiresTooEarlyOrTooLate() {
    run.fired("delayed", 1, 1, 5);
    run.fired("delayed", 2, 6.9, 7);
    run.fired("delayed", 3, 70, 71);
    assertThat(run.kinds()).containsExactly(FIRE_DOUBLED, FIRE_MISSING);
  }

  @Test
  void reportsExceededConcurrencyLimitFromRunIntervals() {
    run.succeeded("single", 1, 1, 0, 2);
    run.succeeded("single", 2, 1, 2, 3);
    assertThat(run.kinds()).isEmpty();
    run.succeeded("single", 3, 1, 2.5, 4);
    assertThat(run.kinds()).containsExactly(LIMIT_EXCEEDED);
  }

  @Test
  void reportsSessionExpiredTooSoonAfterOutage() {
    run.outages.add(new Outage(at(0), at(10)));
    run.expired.add(at(15.9));
    assertThat(run.kinds()).containsExactly(EXPIRED_TOO_SOON);
  }

  @Test
  void reportsReplicaThatStaysReadyDuringOutage() {
    run.outages.add(new Outage(at(10), at(20)));
    run.ready.add(new Ready("replica-1", at(0), at(16)));
    run.ready.add(new Ready("replica-2", at(14), at(30)));
    assertThat(run.kinds()).isEmpty();
    run.ready.add(new Ready("replica-1", at(0), at(16.1)));
    run.ready.add(new Ready("replica-2", at(13.9), at(30)));
    run.ready.add(new Ready("replica-3", at(11), at(18)));
    assertThat(run.kinds()).hasSize(3).containsOnly(READY_IN_OUTAGE);
  }

  @Test
  void reportsProcessDeathAndLoggedComplaint() {
    run.deaths.add("replica-1 ended by itself");
    run.complaints.add("replica-2: Running instances had no live session; requeued them: count=3");
    assertThat(run.kinds()).containsExactly(DIED, OWN_COMPLAINT);
  }

  @Test
  void countsViolationsOfEachKind() {
    run.acknowledged.add(1L);
    assertThat(Checker.count(Checker.check(run.facts())))
        .containsEntry(LOST, 1L)
        .containsEntry(STUCK, 0L)
        .hasSize(Violation.Kind.values().length);
  }

  @Test
  void reportsParentEndedBeforeItsPart() {
    tree("SUCCEEDED", null, 2, 2, 2);
    part(11, 0, "SUCCEEDED", 1);
    part(12, 1, "SUCCEEDED", 3);

    assertThat(run.kinds()).containsExactly(ENDED_EARLY);
  }

  @Test
  void reportsFlowThatEndedEarlyOrKeepsWrongStateOfNode() {
    flow("SUCCEEDED", 5);
    assertThat(run.kinds()).isEmpty();
    flow("SUCCEEDED", 6);
    assertThat(run.kinds()).containsExactly(ENDED_EARLY);
    flow("CANCELED", 5);
    assertThat(run.kinds()).contains(WRONG_NODE);
  }

  /** Ends at 5; its only node succeeds. */
  private void flow(String kept, double nodeEndedAt) {
    run.job(Expected.of("flow"));
    run.graphs.put("flow", new Graph(List.of(Step.of("fetch", "quick")), "fetch"));
    run.ended.put(10L, run.flow(10, "SUCCEEDED", null, Facts.mark(11, 1), 5));
    run.flows.put(
        10L,
        new Flow(
            List.of(new Node("fetch", kept, 11L, false)), List.of(new NodeRun(11, at(0), null))));
    run.ended.put(11L, run.end(11, "quick", "SUCCEEDED", null, nodeEndedAt, true));
    run.traces.clear();
    run.trace(11, 1, 0, nodeEndedAt);
  }

  /** It tolerates no failure. */
  private void tree(String state, String reason, int total, int made, double endedAt) {
    run.job(Expected.of("tree")).job(Expected.of("tree" + Facts.PART).fails(1));
    run.trees.put(10L, new Tree(total, made, 0, new ArrayList<>()));
    run.ended.put(10L, run.end(10, "tree", state, reason, endedAt, false));
  }

  private void part(long id, int number, String state, double endedAt) {
    run.trees.get(10L).parts().add(new Part(id, number));
    run.ended.put(id, run.end(id, "tree" + Facts.PART, state, null, endedAt, true));
    run.trace(id, 1, 0, endedAt);
  }
}
