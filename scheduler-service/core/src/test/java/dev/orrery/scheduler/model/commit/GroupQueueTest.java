package dev.orrery.scheduler.model.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupQueueTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;
  private static final int MAILS = 3;

  private record Entry(int app, int number, int weight, Object key) implements GroupQueue.Item {}

  private int added;

  @Test
  void alternatesBetweenApps() {
    GroupQueue<Entry> queue = new GroupQueue<>(8, 1_000);
    add(queue, BILLING, 20, 1);
    add(queue, REPORTS, 20, 1);
    add(queue, MAILS, 1, 1);

    assertThat(apps(queue.nextGroup()))
        .containsExactly(BILLING, REPORTS, MAILS, BILLING, REPORTS, BILLING, REPORTS, BILLING);
    assertThat(apps(queue.nextGroup())).startsWith(REPORTS, BILLING);
  }

  @Test
  void keepsItemOrderWithinApp() {
    GroupQueue<Entry> queue = new GroupQueue<>(40, 1_000);
    for (int i = 0; i < 30; i++) {
      add(queue, BILLING, 1, 3);
      add(queue, REPORTS, 1, 5);
    }

    List<Entry> all = queue.removeAll();

    assertThat(all).hasSize(60);
    for (int app : List.of(BILLING, REPORTS)) {
      assertThat(all.stream().filter(entry -> entry.app() == app).map(Entry::number)).isSorted();
    }
    assertThat(queue.weight()).isZero();
  }

  @Test
  void groupsLargeItemAloneAndServesNextAppInFollowingGroup() {
    GroupQueue<Entry> queue = new GroupQueue<>(100, 100_000);
    add(queue, BILLING, 10, 100);
    add(queue, REPORTS, 1, 1);

    assertThat(apps(queue.nextGroup())).containsExactly(BILLING);
    assertThat(apps(queue.nextGroup())).containsExactly(REPORTS);
    assertThat(apps(queue.nextGroup())).containsExactly(BILLING);
  }

  @Test
  void startsNextGroupWithAppWhoseItemDidNotFit() {
    GroupQueue<Entry> queue = new GroupQueue<>(100, 100_000);
    add(queue, BILLING, 200, 1);
    add(queue, REPORTS, 1, 100);

    assertThat(apps(queue.nextGroup())).hasSize(100).doesNotContain(REPORTS);
    assertThat(apps(queue.nextGroup())).containsExactly(REPORTS);
    assertThat(apps(queue.nextGroup())).hasSize(100).doesNotContain(REPORTS);
  }

  /** The commit of the heavy one takes long, and the light one would wait for it. */
  @Test
  void separatesHeavyItemsFromLightItemsOfDifferentApps() {
    GroupQueue<Entry> queue = new GroupQueue<>(80, 100_000);
    add(queue, BILLING, 2, 11);
    add(queue, BILLING, 1, 1);
    add(queue, REPORTS, 2, 1);
    add(queue, MAILS, 1, 10);

    assertThat(apps(queue.nextGroup())).containsExactly(BILLING, BILLING, BILLING);
    assertThat(apps(queue.nextGroup())).containsExactly(REPORTS, REPORTS, MAILS);
    assertThat(queue.nextGroup().items()).isEmpty();

    add(queue, REPORTS, 1, 1);
    add(queue, BILLING, 1, 11);
    add(queue, MAILS, 1, 11);

    assertThat(apps(queue.nextGroup())).containsExactly(REPORTS);
    assertThat(apps(queue.nextGroup())).containsExactly(BILLING, MAILS);
  }

  @Test
  void limitsSmallGroupToHalfTheWeightWithoutLargeItems() {
    GroupQueue<Entry> queue = new GroupQueue<>(80, 100_000);
    add(queue, BILLING, 1, 41);
    add(queue, REPORTS, 50, 1);

    GroupQueue.Group<Entry> small = queue.nextSmallGroup();

    assertThat(apps(small)).hasSize(40).containsOnly(REPORTS);
    assertThat(small.weight()).isEqualTo(40);
    assertThat(small.isLarge()).isFalse();
    assertThat(apps(queue.nextSmallGroup())).hasSize(10).containsOnly(REPORTS);
    assertThat(queue.nextSmallGroup().items()).isEmpty();
    assertThat(queue.weight()).isEqualTo(41);
    GroupQueue.Group<Entry> large = queue.nextGroup();
    assertThat(apps(large)).containsExactly(BILLING);
    assertThat(large.weight()).isEqualTo(41);
    assertThat(large.isLarge()).isTrue();
    assertThat(queue.weight()).isZero();
  }

  @Test
  void excludesOversizedItemFromSmallGroups() {
    GroupQueue<Entry> queue = new GroupQueue<>(80, 100_000);
    add(queue, BILLING, 1, 500);

    assertThat(queue.nextSmallGroup().items()).isEmpty();
    assertThat(apps(queue.nextGroup())).containsExactly(BILLING);
  }

  @Test
  void placesItemsOfEqualKeyInSeparateGroups() {
    GroupQueue<Entry> queue = new GroupQueue<>(100, 100_000);
    Entry first = keyed(queue, "a");
    Entry second = keyed(queue, "a");
    Entry third = keyed(queue, "b");
    Entry fourth = keyed(queue, "b");
    Entry fifth = keyed(queue, "a");

    assertThat(queue.nextGroup().items()).containsExactly(first, third);
    assertThat(queue.nextGroup().items()).containsExactly(second, fourth);
    assertThat(queue.nextGroup().items()).containsExactly(fifth);
    assertThat(queue.nextGroup().items()).isEmpty();
  }

  /** The key would otherwise be read through for each group, while all apps wait. */
  @Test
  void delaysOnlyAppThatFloodsOneKey() {
    GroupQueue<Entry> queue = new GroupQueue<>(100_000, 1_000_000);
    for (int i = 0; i < 5_000; i++) {
      keyed(queue, "a");
    }
    Entry behind = keyed(queue, "b");
    add(queue, REPORTS, 1, 1);

    GroupQueue.Group<Entry> group = queue.nextGroup();

    assertThat(apps(group)).containsExactly(BILLING, REPORTS);
    assertThat(group.items()).doesNotContain(behind);
    assertThat(queue.weight()).isEqualTo(5_000);
  }

  @Test
  void limitsQueueOfAppToFourTimesRemainingWeight() {
    GroupQueue<Entry> queue = new GroupQueue<>(10, 100);

    assertThat(add(queue, BILLING, 200, 1)).isEqualTo(80);
    assertThat(add(queue, REPORTS, 200, 1)).isEqualTo(16);
    assertThat(add(queue, MAILS, 200, 1)).isEqualTo(3);
    assertThat(queue.weight()).isEqualTo(99);
  }

  @Test
  void sharesCapacityEquallyBetweenFloodingApps() {
    GroupQueue<Entry> queue = new GroupQueue<>(10, 1_000);
    add(queue, BILLING, 2_000, 1);
    for (int i = 0; i < 200; i++) {
      queue.nextGroup();
      add(queue, BILLING, 20, 1);
      add(queue, REPORTS, 20, 1);
    }

    List<Entry> all = queue.removeAll();

    assertThat(all.stream().filter(entry -> entry.app() == BILLING).count()).isBetween(430L, 460L);
    assertThat(all.stream().filter(entry -> entry.app() == REPORTS).count()).isBetween(430L, 460L);
  }

  @Test
  void acceptsOversizedItemOnlyWhenQueueIsEmpty() {
    GroupQueue<Entry> queue = new GroupQueue<>(10, 100);

    assertThat(add(queue, BILLING, 1, 500)).isEqualTo(1);
    assertThat(add(queue, REPORTS, 1, 1)).isZero();
    assertThat(queue.nextGroup().items()).hasSize(1);
    assertThat(add(queue, REPORTS, 1, 1)).isEqualTo(1);
  }

  @Test
  void excludesRemovedItemsFromWeight() {
    GroupQueue<Entry> queue = new GroupQueue<>(10, 100);
    assertThat(add(queue, BILLING, 100, 1)).isEqualTo(80);

    assertThat(queue.removeIf(entry -> entry.number() % 2 == 0)).hasSize(40);
    assertThat(queue.weight()).isEqualTo(40);
    assertThat(add(queue, BILLING, 100, 1)).isEqualTo(40);
    assertThat(queue.removeIf(entry -> true)).hasSize(80);
    assertThat(add(queue, BILLING, 100, 1)).isEqualTo(80);
  }

  /** Returns how many were taken. */
  private int add(GroupQueue<Entry> queue, int app, int count, int weight) {
    int taken = 0;
    for (int i = 0; i < count; i++) {
      taken += queue.add(app, new Entry(app, added++, weight, null)) ? 1 : 0;
    }
    return taken;
  }

  private Entry keyed(GroupQueue<Entry> queue, String key) {
    Entry entry = new Entry(BILLING, added++, 1, key);
    queue.add(BILLING, entry);
    return entry;
  }

  private static List<Integer> apps(GroupQueue.Group<Entry> group) {
    return new ArrayList<>(group.items().stream().map(Entry::app).toList());
  }
}
