package dev.orrery.scheduler.dispatch;

import static dev.orrery.scheduler.dispatch.Fixtures.SKILLS;
import static dev.orrery.scheduler.dispatch.Fixtures.arrive;
import static dev.orrery.scheduler.dispatch.Fixtures.assignment;
import static dev.orrery.scheduler.dispatch.Fixtures.deskThatWants;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.dispatch.ClaimBatcher.Claim;
import dev.orrery.scheduler.dispatch.ClaimBatcher.Seat;
import dev.orrery.scheduler.dispatch.ClaimStore.Found;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimBatcherTest {
  private static final long LONG_AGO = 1_800_000_000_000_000L;

  private final FakeLaneStore store = new FakeLaneStore();
  private final LaneRegistry lanes = new LaneRegistry(store);
  private final ClaimBatcher group = new ClaimBatcher(SKILLS);

  @BeforeEach
  void oneLane() {
    store.add(1, 1, "noop", List.of(), 5, 1);
    lanes.refresh();
  }

  @Test
  void nobodyWaitsSoNothingIsClaimed() {
    assertThat(group.isEmpty()).isTrue();
    assertThat(group.next(lanes, 0)).isNull();
    assertThat(group.sleepingLanes(lanes)).isEmpty();
  }

  @Test
  void claimIsForThePollsThatWaitAndTheLanesThatMayHaveWork() {
    SessionDelivery desk = deskThatWants(2);
    group.add(desk);

    Claim claim = group.next(lanes, 0);

    assertThat(claim.seats())
        .containsOnlyKeys(desk.session().id())
        .containsValue(new Seat(desk, desk.resolutions()));
    assertThat(claim.slots()).containsExactly(desk.session().id(), desk.session().id());
    assertThat(pairs(claim)).containsExactly("5/1");
  }

  @Test
  void laneThatWasFoundEmptyIsNotClaimedFromUntilAHint() {
    group.add(deskThatWants(2));
    Claim claim = group.next(lanes, 0);
    claim.hintsBefore().forEach(Lane::foundEmpty);
    group.done();

    assertThat(group.next(lanes, 0)).isNull();
    assertThat(group.sleepingLanes(lanes)).extracting(Lane::id).containsExactly(1);
    lanes.get(1).orElseThrow().hint();

    assertThat(group.next(lanes, 0)).isNotNull();
    assertThat(group.sleepingLanes(lanes)).isEmpty();
  }

  @Test
  void hintThatComesDuringAClaimLeadsToTheNextOne() {
    group.add(deskThatWants(2));
    Claim claim = group.next(lanes, 0);
    lanes.get(1).orElseThrow().hint();

    claim.hintsBefore().forEach(Lane::foundEmpty);
    group.done();

    assertThat(group.next(lanes, 0)).isNotNull();
  }

  @Test
  void oneClaimIsUnderWayAtATime() {
    group.add(deskThatWants(1));
    group.next(lanes, 0);
    group.add(deskThatWants(1));

    assertThat(group.next(lanes, 0)).isNull();
    assertThat(group.isEmpty()).isFalse();
    group.done();

    assertThat(group.next(lanes, 0).seats()).hasSize(2);
  }

  @Test
  void slotsAreDealtRoundByRound() {
    SessionDelivery a = deskThatWants(2);
    SessionDelivery b = deskThatWants(1);
    SessionDelivery c = deskThatWants(3);
    group.add(a);
    group.add(b);
    group.add(c);

    assertThat(group.next(lanes, 0).slots()).isEqualTo(ids(a, b, c, a, c, c));
  }

  @Test
  void whoWasFirstIsLastTheNextTime() {
    SessionDelivery a = deskThatWants(1);
    SessionDelivery b = deskThatWants(1);
    SessionDelivery c = deskThatWants(1);
    group.add(a);
    group.add(b);
    group.add(c);

    List<List<UUID>> firsts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      firsts.add(group.next(lanes, 0).slots());
      group.done();
    }

    assertThat(firsts).containsExactly(ids(a, b, c), ids(b, c, a), ids(c, a, b));
  }

  @Test
  void claimIsForAtMostAThousandRows() {
    for (int i = 0; i < 60; i++) {
      group.add(deskThatWants(20));
    }

    Claim claim = group.next(lanes, 0);

    assertThat(claim.slots()).hasSize(1000);
    assertThat(new HashSet<>(claim.slots())).hasSize(60);
  }

  @Test
  void answeredPollIsNotClaimedForAgainUntilItIsBack() {
    SessionDelivery desk = deskThatWants(2);
    group.add(desk);
    desk.deliver(List.of(assignment(1)), desk.resolutions());

    assertThat(group.next(lanes, 0)).isNull();
    assertThat(group.isEmpty()).isTrue();
    arrive(desk, 2, 3, Fixtures.ref(1));
    group.add(desk);

    assertThat(group.next(lanes, 0).slots()).hasSize(3);
  }

  @Test
  void deskThatIsAddedTwiceWaitsOnce() {
    SessionDelivery desk = deskThatWants(2);
    group.add(desk);
    group.add(desk);

    assertThat(group.next(lanes, 0).slots()).hasSize(2);
  }

  @Test
  void higherPrioritiesAreProbedFirstInEveryLaneThatHasThem() {
    store.add(2, 1, "noop", List.of("gpu"), 9, 2);
    store.add(2, 1, "noop", List.of("gpu"), 0, 3);
    lanes.refresh();
    group.add(deskThatWants(2));

    Claim claim = group.next(lanes, 0);

    assertThat(pairs(claim)).containsExactly("9/2", "5/1", "0/2");
  }

  @Test
  void lanesOfOnePriorityTakeTurnsInBeingFirst() {
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    lanes.refresh();
    group.add(deskThatWants(2));

    Set<String> firsts = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Claim claim = group.next(lanes, 0);
      assertThat(pairs(claim)).containsExactlyInAnyOrder("5/1", "5/2");
      firsts.add(pairs(claim).get(0));
      group.done();
    }

    assertThat(firsts).containsExactlyInAnyOrder("5/1", "5/2");
  }

  @Test
  void pairsOfLaneAndPriorityAreDistinctSinceAStatementDoesNotSkipItsOwnLocks() {
    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    store.add(2, 1, "noop", List.of("gpu"), 9, 3);
    store.add(1, 1, "noop", List.of(), 9, 4);
    lanes.refresh();
    group.add(deskThatWants(2));

    Claim claim = group.next(lanes, 0);

    assertThat(pairs(claim)).doesNotHaveDuplicates().hasSize(4);
  }

  @Test
  void laneThatIsNewIsClaimedFromTheNextTime() {
    group.add(deskThatWants(2));
    group.next(lanes, 0);
    group.done();

    store.add(2, 1, "noop", List.of("gpu"), 5, 2);
    lanes.refresh();

    assertThat(pairs(group.next(lanes, 0))).containsExactlyInAnyOrder("5/1", "5/2");
  }

  @Test
  void whatWasReachedIsNotLookedAtAgainAndWhatWasNotIs() {
    store.add(2, 1, "noop", List.of(), 9, 2);
    store.add(3, 1, "noop", List.of(), 1, 3);
    lanes.refresh();
    group.add(deskThatWants(2));
    Claim claim = group.next(lanes, 0);

    claim.found(found(claimedAt(2, 9), claimedAt(1, 5)), 0, 0);
    group.done();

    assertThat(group.next(lanes, 0).probes())
        .filteredOn(probe -> probe.look().isAtAll())
        .extracting(probe -> probe.lane().id())
        .containsExactly(3);
  }

  @Test
  void whatBecameDueJustNowIsInFrontOfTheMarkAndNothingElseIsSurelyThere() {
    group.add(deskThatWants(1));
    group.next(lanes, 0).found(found(claimedAt(1, 5)), 0, 0);
    group.done();

    lanes.get(1).orElseThrow().hintFresh();
    assertThat(group.next(lanes, 0).probes().get(0).look().isAtAll()).isFalse();
    group.done();

    lanes.get(1).orElseThrow().hint();
    assertThat(group.next(lanes, 0).probes().get(0).look().isAtAll()).isTrue();
  }

  @Test
  void ofThreeLanesEachIsFirstInTurnAndTheOthersFollowInACircle() {
    threeLanes();
    group.add(deskThatWants(2));

    List<List<String>> claims = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claims.add(pairs(group.next(lanes, 0)));
      group.done();
    }

    assertThat(claims)
        .containsExactly(
            List.of("5/1", "5/2", "5/3"),
            List.of("5/2", "5/3", "5/1"),
            List.of("5/3", "5/1", "5/2"),
            List.of("5/1", "5/2", "5/3"));
  }

  @Test
  void claimThatFillsAllItsSlotsLeavesItsLanesPromising() {
    threeLanes();
    group.add(deskThatWants(2));

    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO));

    assertThat(pairs(group.next(lanes, 0))).hasSize(3);
  }

  @Test
  void claimThatLeavesASlotOpenHasFoundAllThatThereWas() {
    threeLanes();
    group.add(deskThatWants(2));

    find(claimed(1, LONG_AGO));

    assertThat(group.next(lanes, 0)).isNull();
    assertThat(group.sleepingLanes(lanes)).extracting(Lane::id).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void slotOfAnEndedSessionStaysOpenAndSaysNothingOfTheLane() {
    SessionDelivery ended = deskThatWants(1);
    group.add(ended);
    group.add(deskThatWants(1));
    Set<UUID> closed = Set.of(ended.session().id());

    group.next(lanes, 0).found(new Found(List.of(claimed(1, LONG_AGO)), closed), 0, 0);
    group.remove(closed);
    group.done();

    assertThat(group.sleepingLanes(lanes)).isEmpty();
    assertThat(group.next(lanes, 0).seats()).hasSize(1).doesNotContainKey(ended.session().id());
  }

  @Test
  void slotOfALiveSessionThatStaysOpenBesideAnEndedOneMeansThatTheLaneIsEmpty() {
    SessionDelivery ended = deskThatWants(1);
    group.add(ended);
    group.add(deskThatWants(2));

    group
        .next(lanes, 0)
        .found(new Found(List.of(claimed(1, LONG_AGO)), Set.of(ended.session().id())), 0, 0);
    group.done();

    assertThat(group.sleepingLanes(lanes)).extracting(Lane::id).containsExactly(1);
  }

  @Test
  void claimForEndedSessionsAloneLeavesTheLaneToTheNextPoll() {
    SessionDelivery ended = deskThatWants(2);
    group.add(ended);
    Set<UUID> closed = Set.of(ended.session().id());

    group.next(lanes, 0).found(new Found(List.of(), closed), 0, 0);
    group.remove(closed);
    group.done();

    assertThat(group.next(lanes, 0)).isNull();
    group.add(deskThatWants(1));
    assertThat(group.next(lanes, 0)).isNotNull();
  }

  @Test
  void hintDuringAClaimThatFoundAllKeepsItsLanePromising() {
    threeLanes();
    group.add(deskThatWants(2));
    Claim claim = group.next(lanes, 0);
    lanes.get(2).orElseThrow().hintFresh();

    claim.found(found(claimed(1, LONG_AGO)), 0, 0);
    group.done();

    assertThat(group.sleepingLanes(lanes)).extracting(Lane::id).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void probesUpToTheOneThatFilledTheSlotsWereMadeAndThoseBehindWereNot() {
    threeLanes();
    group.add(deskThatWants(3));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO), claimed(3, LONG_AGO));
    lanes.all().forEach(Lane::hint);

    // Lanes 2, 3 and 1 are probed in this order, and lane 2 is empty.
    find(claimed(3, LONG_AGO), claimed(3, LONG_AGO), claimed(3, LONG_AGO));

    assertThat(lanesLookedAtAsAWhole(group.next(lanes, 0))).containsExactly(1);
  }

  @Test
  void allProbesWereMadeWhereASlotIsOpen() {
    threeLanes();
    group.add(deskThatWants(3));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO), claimed(3, LONG_AGO));
    lanes.all().forEach(Lane::hint);

    // Lanes 2, 3 and 1 are probed in this order.
    find(claimed(2, LONG_AGO));
    lanes.all().forEach(Lane::hintFresh);

    assertThat(lanesLookedAtAsAWhole(group.next(lanes, 0))).isEmpty();
  }

  @Test
  void claimGoesOnFromTheLastRowOfItsLane() {
    group.add(deskThatWants(2));

    find(claimed(1, LONG_AGO + 7), claimed(1, LONG_AGO + 3));

    assertThat(since(group.next(lanes, 0))).isEqualTo(new QueuePosition(LONG_AGO + 7, 1));
  }

  @Test
  void claimGoesOnFromBeforeWhatMayStillBeCommitted() {
    group.add(deskThatWants(1));
    Duration lateness = Duration.ofMillis(50);

    find(claimed(1, LONG_AGO, lateness));

    assertThat(since(group.next(lanes, 0))).isEqualTo(new QueuePosition(LONG_AGO - 150_000, 0));
  }

  @Test
  void rowsLeftBehindByALookAtAllBringItsMarkBack() {
    group.add(deskThatWants(1));
    find(claimed(1, LONG_AGO));
    lanes.get(1).orElseThrow().hint();

    find(claimed(1, LONG_AGO - 5));

    assertThat(since(group.next(lanes, 0))).isEqualTo(new QueuePosition(LONG_AGO - 5, 1));
  }

  @Test
  void markStaysWhereALookAtAllLeftNothingBehind() {
    group.add(deskThatWants(2));
    find(claimed(1, LONG_AGO), claimed(1, LONG_AGO));
    lanes.get(1).orElseThrow().hint();

    find(claimed(1, LONG_AGO - 5));
    lanes.get(1).orElseThrow().hintFresh();

    assertThat(since(group.next(lanes, 0))).isEqualTo(new QueuePosition(LONG_AGO, 1));
  }

  @Test
  void probeBeforeTheLastOneLeftNothingBehind() {
    threeLanes();
    group.add(deskThatWants(2));
    find(claimed(1, LONG_AGO), claimed(2, LONG_AGO));
    lanes.all().forEach(Lane::hint);

    // Lanes 2, 3 and 1 are probed in this order.
    find(claimed(2, LONG_AGO - 5), claimed(1, LONG_AGO - 5));

    assertThat(group.next(lanes, 0).probes())
        .filteredOn(probe -> probe.lane().id() != 3)
        .extracting(probe -> probe.lane().id() + " " + probe.look().since().dueMicros())
        .containsExactlyInAnyOrder("1 " + (LONG_AGO - 5), "2 " + LONG_AGO);
  }

  @Test
  void lookAtAllThatTookLongIsNotRepeatedForLong() {
    long second = Duration.ofSeconds(1).toNanos();
    group.add(deskThatWants(1));
    group.next(lanes, 5 * second).found(found(claimed(1, LONG_AGO)), 5 * second, 6 * second);
    group.done();
    lanes.get(1).orElseThrow().hint();

    assertThat(lanesLookedAtAsAWhole(group.next(lanes, 15 * second))).isEmpty();
    group.done();
    assertThat(lanesLookedAtAsAWhole(group.next(lanes, 16 * second))).containsExactly(1);
  }

  private void threeLanes() {
    store.add(2, 1, "noop", List.of(), 5, 2);
    store.add(3, 1, "noop", List.of(), 5, 3);
    lanes.refresh();
  }

  /** Makes the next claim, which finds these. */
  private void find(ClaimedInstance... rows) {
    group.next(lanes, 0).found(found(rows), 0, 0);
    group.done();
  }

  private static Found found(ClaimedInstance... rows) {
    return new Found(List.of(rows), Set.of());
  }

  private static List<Integer> lanesLookedAtAsAWhole(Claim claim) {
    return claim.probes().stream()
        .filter(probe -> probe.look().isAtAll())
        .map(probe -> probe.lane().id())
        .toList();
  }

  private static QueuePosition since(Claim claim) {
    return claim.probes().get(0).look().since();
  }

  private static ClaimedInstance claimedAt(int lane, int priority) {
    return claimed(lane, priority, LONG_AGO, Duration.ZERO);
  }

  /** Claimed so long after it was due that nothing before it can still be committed. */
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
        1,
        null,
        null,
        null,
        lateness);
  }

  private static List<String> pairs(Claim claim) {
    return claim.probes().stream()
        .map(probe -> probe.priority() + "/" + probe.lane().id())
        .toList();
  }

  private static List<UUID> ids(SessionDelivery... desks) {
    return List.of(desks).stream().map(desk -> desk.session().id()).toList();
  }
}
