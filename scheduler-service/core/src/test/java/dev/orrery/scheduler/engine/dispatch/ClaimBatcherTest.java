package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.CAPABILITIES;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.deliveryWithFree;
import static dev.orrery.scheduler.engine.dispatch.Fixtures.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.dispatch.ClaimBatcher.Claim;
import dev.orrery.scheduler.engine.dispatch.ClaimBatcher.Recipient;
import dev.orrery.scheduler.engine.dispatch.ClaimStore.ClaimResult;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimBatcherTest {
  private static final long LONG_AGO = 1_800_000_000_000_000L;

  private final FakeLaneStore store = new FakeLaneStore();
  private final LaneRegistry lanes = new LaneRegistry(store, new SettableTicker());
  private final ManualExecutor executor = new ManualExecutor();
  private final FakeClaimStore claims = new FakeClaimStore();
  private final ClaimBatcher batcher =
      new ClaimBatcher(
          CAPABILITIES,
          new ClaimBatcher.Environment(
              lanes,
              claims,
              new FakeAssignmentFactory(),
              new UnreadableAttemptService(null, null, null),
              executor,
              new ClaimMetrics(new SimpleMeterRegistry()),
              new SettableTicker(),
              new HintBus()));

  @BeforeEach
  void oneLane() {
    store.add(1, 1, "noop", List.of(), 5, 1);
    lanes.refresh();
  }

  @Test
  void claimsNothingWithoutWaitingPolls() {
    assertThat(batcher.isEmpty()).isTrue();
    assertThat(batcher.next(0)).isNull();
    assertThat(batcher.idleLanes()).isEmpty();
  }

  @Test
  void claimsFromMatchingLanesForWaitingPolls() {
    SessionDelivery delivery = deliveryWithFree(2);
    batcher.add(delivery);

    Claim claim = batcher.next(0);

    assertThat(claim.recipients())
        .containsOnlyKeys(delivery.session().id())
        .containsValue(new Recipient(delivery, delivery.readEpoch()));
    assertThat(claim.slots()).containsExactly(delivery.session().id(), delivery.session().id());
    assertThat(pairs(claim)).containsExactly("5/1");
  }

  @Test
  void skipsEmptyLaneUntilWakeUp() {
    batcher.add(deliveryWithFree(2));
    Claim claim = batcher.next(0);
    claim.wakeUpsBefore().forEach(Lane::markEmpty);
    batcher.done();

    assertThat(batcher.next(0)).isNull();
    assertThat(batcher.idleLanes()).extracting(Lane::id).containsExactly(1);
    lanes.get(1).orElseThrow().wake();

    assertThat(batcher.next(0)).isNotNull();
    assertThat(batcher.idleLanes()).isEmpty();
  }

  @Test
  void claimsAfterLaneWakeUpDuringClaim() {
    batcher.add(deliveryWithFree(2));
    Claim claim = batcher.next(0);
    lanes.get(1).orElseThrow().wake();

    claim.wakeUpsBefore().forEach(Lane::markEmpty);
    batcher.done();

    assertThat(batcher.next(0)).isNotNull();
  }

  @Test
  void allowsOnlyOneClaimInFlight() {
    batcher.add(deliveryWithFree(1));
    batcher.next(0);
    batcher.add(deliveryWithFree(1));

    assertThat(batcher.next(0)).isNull();
    assertThat(batcher.isEmpty()).isFalse();
    batcher.done();

    assertThat(batcher.next(0).recipients()).hasSize(2);
  }

  /** Claims of many batchers may wait for a thread, each with an entry for each lane. */
  @Test
  void selectsLanesWhenClaimExecutes() {
    batcher.add(deliveryWithFree(1));
    batcher.start();
    store.add(2, 1, "noop", List.of(), 5, 2);
    lanes.refresh();

    executor.runAll();

    assertThat(claims.takeClaims()).containsExactly("5/1 5/2");
  }

  @Test
  void skipsClaimWhenItsPollIsAlreadyAnswered() {
    SessionDelivery delivery = deliveryWithFree(1);
    batcher.add(delivery);
    batcher.start();
    delivery.forceRedelivery();
    executor.runAll();
    assertThat(claims.takeClaims()).isEmpty();

    batcher.add(deliveryWithFree(1));
    batcher.start();
    executor.runAll();

    assertThat(claims.takeClaims()).containsExactly("5/1");
  }

  @Test
  void dealsSlotsToWaitingSessionsRoundRobin() {
    SessionDelivery a = deliveryWithFree(2);
    SessionDelivery b = deliveryWithFree(1);
    SessionDelivery c = deliveryWithFree(3);
    batcher.add(a);
    batcher.add(b);
    batcher.add(c);

    assertThat(batcher.next(0).slots()).isEqualTo(ids(a, b, c, a, c, c));
  }

  @Test
  void rotatesWaitingSessions() {
    SessionDelivery a = deliveryWithFree(1);
    SessionDelivery b = deliveryWithFree(1);
    SessionDelivery c = deliveryWithFree(1);
    batcher.add(a);
    batcher.add(b);
    batcher.add(c);

    List<List<UUID>> firsts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      firsts.add(batcher.next(0).slots());
      batcher.done();
    }

    assertThat(firsts).containsExactly(ids(a, b, c), ids(b, c, a), ids(c, a, b));
  }

  @Test
  void limitsClaimTo1000Instances() {
    addManyPolls();

    Claim claim = batcher.next(0);

    assertThat(claim.slots()).hasSize(1000);
    assertThat(new HashSet<>(claim.slots())).hasSize(60);
  }

  @Test
  void halvesClaimsForLargeAssignmentsAndDoublesForSmall() {
    addManyPolls();
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sizes.add(claimWith(i < 5 ? 64 * 1024 : 10));
    }

    assertThat(sizes).containsExactly(1000, 500, 250, 125, 125, 125, 250, 500, 1000, 1000);
  }

  @Test
  void keepsClaimSizeForModerateAssignments() {
    addManyPolls();
    claimWith(64 * 1024);
    claimWith(8 * 1024);

    assertThat(claimWith(0)).isEqualTo(500);
  }

  /** It says nothing of the size of a full one. */
  @Test
  void keepsClaimSizeAfterPartiallyFilledClaim() {
    addManyPolls();
    claimWith(64 * 1024);
    Claim claim = batcher.next(0);
    batcher.weigh(claim, batch(499, 0, List.of()));
    batcher.done();

    assertThat(batcher.next(0).slots()).hasSize(500);
  }

  @Test
  void halvesNextClaimAfterAssignmentsExceedMemoryLimit() {
    addManyPolls();
    Claim claim = batcher.next(0);
    batcher.weigh(claim, batch(999, 0, List.of(row())));
    batcher.done();

    assertThat(batcher.next(0).slots()).hasSize(500);
  }

  private static ClaimedInstance row() {
    return new ClaimedInstance(
        ref(1), 1, 5, LONG_AGO, null, Fixtures.VERSION, true, null, null, null, Duration.ZERO);
  }

  /** Returns the rows of a claim whose assignments have this many characters each. */
  private int claimWith(int characters) {
    Claim claim = batcher.next(0);
    int size = claim.slots().size();
    batcher.weigh(claim, batch(size, characters, List.of()));
    batcher.done();
    return size;
  }

  private void addManyPolls() {
    for (int i = 0; i < 60; i++) {
      batcher.add(deliveryWithFree(20));
    }
  }

  private static AssignmentBatch batch(int count, int characters, List<ClaimedInstance> later) {
    return new AssignmentBatch(
        Collections.nCopies(count, new AssignmentBatch.Made(null, Fixtures.assignment(1))),
        List.of(),
        later,
        (long) count * characters);
  }

  @Test
  void excludesAnsweredSessionUntilNextPoll() {
    SessionDelivery delivery = deliveryWithFree(2);
    batcher.add(delivery);
    delivery.deliver(List.of(assignment(1)), delivery.readEpoch());

    assertThat(batcher.next(0)).isNull();
    assertThat(batcher.isEmpty()).isTrue();
    arrive(delivery, 2, 3, Fixtures.ref(1));
    batcher.add(delivery);

    assertThat(batcher.next(0).slots()).hasSize(3);
  }

  @Test
  void assignsSlotsOfSessionOnceWhenAddedTwice() {
    SessionDelivery delivery = deliveryWithFree(2);
    batcher.add(delivery);
    batcher.add(delivery);

    assertThat(batcher.next(0).slots()).hasSize(2);
  }

  @Test
  void scansHigherPrioritiesFirstAcrossLanes() {
    store.add(2, 1, "noop", List.of("gpu"), 9, 2);
    store.add(2, 1, "noop", List.of("gpu"), 0, 3);
    lanes.refresh();
    batcher.add(deliveryWithFree(2));

    Claim claim = batcher.next(0);

    assertThat(pairs(claim)).containsExactly("9/2", "5/1", "0/2");
  }

  @Test
  void rotatesLanesOfEqualPriority() {
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    lanes.refresh();
    batcher.add(deliveryWithFree(2));

    Set<String> firsts = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Claim claim = batcher.next(0);
      assertThat(pairs(claim)).containsExactlyInAnyOrder("5/1", "5/2");
      firsts.add(pairs(claim).get(0));
      batcher.done();
    }

    assertThat(firsts).containsExactlyInAnyOrder("5/1", "5/2");
  }

  @Test
  void scansEachLaneAndPriorityPairOnce() {
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    store.add(2, 1, "noop", List.of("gpu"), 9, 3);
    store.add(1, 1, "noop", List.of(), 9, 4);
    lanes.refresh();
    batcher.add(deliveryWithFree(2));

    Claim claim = batcher.next(0);

    assertThat(pairs(claim)).doesNotHaveDuplicates().hasSize(4);
  }

  @Test
  void includesNewLaneInNextClaim() {
    batcher.add(deliveryWithFree(2));
    batcher.next(0);
    batcher.done();

    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    lanes.refresh();

    assertThat(pairs(batcher.next(0))).containsExactlyInAnyOrder("5/1", "5/2");
  }

  @Test
  void resumesScanBehindClaimedRows() {
    store.add(2, 1, "noop", List.of(), 9, 2);
    store.add(3, 1, "noop", List.of(), 1, 3);
    lanes.refresh();
    batcher.add(deliveryWithFree(2));
    Claim claim = batcher.next(0);

    claim.record(result(claimedAt(2, 9), claimedAt(1, 5)), 0, 0);
    batcher.done();

    assertThat(batcher.next(0).scans())
        .filteredOn(scan -> scan.scan().isFull())
        .extracting(scan -> scan.lane().id())
        .containsExactly(3);
  }

  @Test
  void performsFullScanOnlyAfterWakeUpForPossiblyOldRows() {
    batcher.add(deliveryWithFree(1));
    batcher.next(0).record(result(claimedAt(1, 5)), 0, 0);
    batcher.done();

    lanes.get(1).orElseThrow().wakeNew();
    assertThat(batcher.next(0).scans().get(0).scan().isFull()).isFalse();
    batcher.done();

    lanes.get(1).orElseThrow().wake();
    assertThat(batcher.next(0).scans().get(0).scan().isFull()).isTrue();
  }

  @Test
  void rotatesThreeLanesInCircularOrder() {
    threeLanes();
    batcher.add(deliveryWithFree(2));

    List<List<String>> claims = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claims.add(pairs(batcher.next(0)));
      batcher.done();
    }

    assertThat(claims)
        .containsExactly(
            List.of("5/1", "5/2", "5/3"),
            List.of("5/2", "5/3", "5/1"),
            List.of("5/3", "5/1", "5/2"),
            List.of("5/1", "5/2", "5/3"));
  }

  @Test
  void rescansLanesAfterClaimFillsAllSlots() {
    threeLanes();
    batcher.add(deliveryWithFree(2));

    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO));

    assertThat(pairs(batcher.next(0))).hasSize(3);
  }

  @Test
  void marksScannedLanesEmptyWhenSlotRemainsFree() {
    threeLanes();
    batcher.add(deliveryWithFree(2));

    find(claimed(1, LONG_AGO));

    assertThat(batcher.next(0)).isNull();
    assertThat(batcher.idleLanes()).extracting(Lane::id).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void keepsLaneReadyWhenOnlySlotsOfEndedSessionRemainFree() {
    SessionDelivery ended = deliveryWithFree(1);
    batcher.add(ended);
    batcher.add(deliveryWithFree(1));
    Set<UUID> closed = Set.of(ended.session().id());

    batcher.next(0).record(new ClaimResult(List.of(claimed(1, LONG_AGO)), closed), 0, 0);
    batcher.remove(closed);
    batcher.done();

    assertThat(batcher.idleLanes()).isEmpty();
    assertThat(batcher.next(0).recipients()).hasSize(1).doesNotContainKey(ended.session().id());
  }

  @Test
  void marksLaneEmptyWhenSlotOfLiveSessionRemainsFree() {
    SessionDelivery ended = deliveryWithFree(1);
    batcher.add(ended);
    batcher.add(deliveryWithFree(2));

    batcher
        .next(0)
        .record(new ClaimResult(List.of(claimed(1, LONG_AGO)), Set.of(ended.session().id())), 0, 0);
    batcher.done();

    assertThat(batcher.idleLanes()).extracting(Lane::id).containsExactly(1);
  }

  @Test
  void rescansLaneAfterClaimForEndedSessionsOnly() {
    SessionDelivery ended = deliveryWithFree(2);
    batcher.add(ended);
    Set<UUID> closed = Set.of(ended.session().id());

    batcher.next(0).record(new ClaimResult(List.of(), closed), 0, 0);
    batcher.remove(closed);
    batcher.done();

    assertThat(batcher.next(0)).isNull();
    batcher.add(deliveryWithFree(1));
    assertThat(batcher.next(0)).isNotNull();
  }

  @Test
  void keepsLaneWokenDuringClaimReady() {
    threeLanes();
    batcher.add(deliveryWithFree(2));
    Claim claim = batcher.next(0);
    lanes.get(2).orElseThrow().wakeNew();

    claim.record(result(claimed(1, LONG_AGO)), 0, 0);
    batcher.done();

    assertThat(batcher.idleLanes()).extracting(Lane::id).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void repeatsFullScanSkippedWhenSlotsWereFilled() {
    threeLanes();
    batcher.add(deliveryWithFree(3));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO), claimed(3, LONG_AGO));
    lanes.all().forEach(Lane::wake);

    // Lanes 2, 3 and 1 are probed in this order, and lane 2 is empty.
    find(claimed(3, LONG_AGO), claimed(3, LONG_AGO), claimed(3, LONG_AGO));

    assertThat(fullyScannedLanes(batcher.next(0))).containsExactly(1);
  }

  @Test
  void repeatsNoFullScanAfterClaimThatLeavesSlotFree() {
    threeLanes();
    batcher.add(deliveryWithFree(3));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO), claimed(3, LONG_AGO));
    lanes.all().forEach(Lane::wake);

    // Lanes 2, 3 and 1 are probed in this order.
    find(claimed(2, LONG_AGO));
    lanes.all().forEach(Lane::wakeNew);

    assertThat(fullyScannedLanes(batcher.next(0))).isEmpty();
  }

  @Test
  void startsNextScanAtLastClaimedRow() {
    batcher.add(deliveryWithFree(2));

    find(claimed(1, LONG_AGO + 7), claimed(1, LONG_AGO + 3));

    assertThat(from(batcher.next(0))).isEqualTo(new QueuePosition(LONG_AGO + 7, 1));
  }

  @Test
  void startsNextScanBeforePossiblyUncommittedRows() {
    batcher.add(deliveryWithFree(1));
    Duration lateness = Duration.ofMillis(50);

    find(claimed(1, LONG_AGO, lateness));

    assertThat(from(batcher.next(0))).isEqualTo(new QueuePosition(LONG_AGO - 150_000, 0));
  }

  @Test
  void movesCursorBackAfterIncompleteFullScan() {
    batcher.add(deliveryWithFree(1));
    find(claimed(1, LONG_AGO));
    lanes.get(1).orElseThrow().wake();

    find(claimed(1, LONG_AGO - 5));

    assertThat(from(batcher.next(0))).isEqualTo(new QueuePosition(LONG_AGO - 5, 1));
  }

  @Test
  void keepsCursorAfterCompleteFullScan() {
    batcher.add(deliveryWithFree(2));
    find(claimed(1, LONG_AGO), claimed(1, LONG_AGO));
    lanes.get(1).orElseThrow().wake();

    find(claimed(1, LONG_AGO - 5));
    lanes.get(1).orElseThrow().wakeNew();

    assertThat(from(batcher.next(0))).isEqualTo(new QueuePosition(LONG_AGO, 1));
  }

  @Test
  void advancesCursorsOfLanesScannedBeforeLastLane() {
    threeLanes();
    batcher.add(deliveryWithFree(2));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO));
    lanes.all().forEach(Lane::wake);

    // Lanes 2, 3 and 1 are probed in this order.
    find(claimed(2, LONG_AGO - 5), claimed(1, LONG_AGO - 5));

    assertThat(batcher.next(0).scans())
        .filteredOn(scan -> scan.lane().id() != 3)
        .extracting(scan -> scan.lane().id() + " " + scan.scan().from().dueMicros())
        .containsExactlyInAnyOrder("1 " + (LONG_AGO - 5), "2 " + LONG_AGO);
  }

  @Test
  void throttlesExpensiveFullScans() {
    long second = Duration.ofSeconds(1).toNanos();
    batcher.add(deliveryWithFree(1));
    batcher.next(5 * second).record(result(claimed(1, LONG_AGO)), 5 * second, 6 * second);
    batcher.done();
    lanes.get(1).orElseThrow().wake();

    assertThat(fullyScannedLanes(batcher.next(15 * second))).isEmpty();
    batcher.done();
    assertThat(fullyScannedLanes(batcher.next(16 * second))).containsExactly(1);
  }

  private void threeLanes() {
    store.add(2, 1, "noop", List.of(), 5, 2);
    store.add(3, 1, "noop", List.of(), 5, 3);
    lanes.refresh();
  }

  /** Makes the next claim, with these rows as its result. */
  private void find(ClaimedInstance... rows) {
    batcher.next(0).record(result(rows), 0, 0);
    batcher.done();
  }

  private static ClaimResult result(ClaimedInstance... rows) {
    return new ClaimResult(List.of(rows), Set.of());
  }

  private static List<Integer> fullyScannedLanes(Claim claim) {
    return claim.scans().stream()
        .filter(scan -> scan.scan().isFull())
        .map(scan -> scan.lane().id())
        .toList();
  }

  private static QueuePosition from(Claim claim) {
    return claim.scans().get(0).scan().from();
  }

  private static ClaimedInstance claimedAt(int lane, int priority) {
    return claimed(lane, priority, LONG_AGO, Duration.ZERO);
  }

  /** A row claimed an hour after it was due, so no earlier row can still be committed. */
  private static ClaimedInstance claimed(int lane, long dueMicros) {
    return claimed(lane, 5, dueMicros, Duration.ofHours(1));
  }

  private static ClaimedInstance claimed(int lane, long dueMicros, Duration lateness) {
    return claimed(lane, 5, dueMicros, lateness);
  }

  private static ClaimedInstance claimed(
      int lane, int priority, long dueMicros, Duration lateness) {
    return new ClaimedInstance(
        new AttemptRef(1, 1),
        lane,
        priority,
        dueMicros,
        UUID.randomUUID(),
        Fixtures.VERSION,
        true,
        null,
        null,
        null,
        lateness);
  }

  private static List<String> pairs(Claim claim) {
    return claim.scans().stream().map(scan -> scan.priority() + "/" + scan.lane().id()).toList();
  }

  private static List<UUID> ids(SessionDelivery... deliveries) {
    return List.of(deliveries).stream().map(delivery -> delivery.session().id()).toList();
  }
}
