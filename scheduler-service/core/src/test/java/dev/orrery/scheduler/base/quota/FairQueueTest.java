package dev.orrery.scheduler.base.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
  private static final int A = 1;
  private static final int B = 2;
  private static final int C = 3;

  private final FairQueue<Integer, String> queue = new FairQueue<>();

  @Test
  void alternatesBetweenKeysAndKeepsOrderWithinKey() {
    add(A, "a1", "a2", "a3");
    add(B, "b1");
    add(C, "c1");

    assertThat(take(2)).containsExactly("a1", "b1");
    add(B, "b2");
    assertThat(take(4)).containsExactly("c1", "a2", "b2", "a3");
    assertThat(queue.next()).isNull();
    assertThat(queue.hasNext()).isFalse();
  }

  @Test
  void placesRefilledKeyLast() {
    add(A, "a1");
    add(B, "b1", "b2");
    take(1);
    add(A, "a2");

    assertThat(take(3)).containsExactly("b1", "a2", "b2");
  }

  @Test
  void keepsPositionOfKeysSkippedByFilter() {
    add(A, "a1", "a2");
    add(B, "b1", "b2");

    assertThat(queue.next(key -> key == B)).isEqualTo("b1");
    assertThat(queue.next(key -> key == C)).isNull();
    assertThat(take(3)).containsExactly("a1", "b2", "a2");
  }

  @Test
  void stopsFilteringAtFirstMatchingKey() {
    add(A, "a1");
    add(B, "b1");
    List<Integer> asked = new ArrayList<>();

    queue.next(asked::add);

    assertThat(asked).containsExactly(A);
  }

  @Test
  void servesMovedKeyLast() {
    add(A, "a1", "a2");
    add(B, "b1");

    queue.moveToEnd(A);
    queue.moveToEnd(C);

    assertThat(take(3)).containsExactly("b1", "a1", "a2");
  }

  @Test
  void returnsSkippedItemsToFrontOfLine() {
    add(A, "a1", "a2", "a3", "a4");
    add(B, "b1");

    FairQueue<Integer, String>.Line line = queue.beginTurn();
    assertThat(line.key()).isEqualTo(A);
    assertThat(line.skipFirst()).isEqualTo(1);
    assertThat(line.removeFirst()).isEqualTo("a2");
    assertThat(line.skipFirst()).isEqualTo(2);
    assertThat(line.first()).isEqualTo("a4");
    assertThat(queue.weight(A)).as("with the skipped ones").isEqualTo(3);
    line.restore();
    queue.endTurn(line);

    assertThat(take(4)).containsExactly("b1", "a1", "a3", "a4");
  }

  @Test
  void keepsLineWithSkippedItemsAfterTurnEnds() {
    add(A, "a1");
    FairQueue<Integer, String>.Line line = queue.beginTurn();
    line.skipFirst();
    queue.endTurn(line);
    line.restore();
    add(A, "a2");

    assertThat(take(2)).containsExactly("a1", "a2");
    assertThat(queue.weight()).isZero();
  }

  @Test
  void servesSameKeyAgainWhenTurnIsKept() {
    add(A, "a1");
    add(B, "b1");

    queue.keepTurn(queue.beginTurn());

    assertThat(take(2)).containsExactly("a1", "b1");
  }

  @Test
  void sumsWeightsByKey() {
    FairQueue<Integer, String> weighing = new FairQueue<>(String::length);
    weighing.add(A, "four");
    weighing.add(A, "seventy");
    weighing.add(B, "six");

    assertThat(weighing.weight(A)).isEqualTo(11);
    assertThat(weighing.weight()).isEqualTo(14);
    assertThat(weighing.removeIf(item -> item.length() == 7)).containsExactly("seventy");
    weighing.next();
    assertThat(weighing.weight(A)).isZero();
    assertThat(weighing.weight(B)).isEqualTo(3);
  }

  /** The model has a list of keys in the order of their turns, and the items of each key. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void matchesModelOverRandomSteps(long seed) {
    Random random = new Random(seed);
    Map<Integer, Deque<String>> model = new LinkedHashMap<>();
    for (int step = 0; step < 5_000; step++) {
      int key = random.nextInt(6);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          String item = key + "-" + step;
          add(key, item);
          model.computeIfAbsent(key, first -> new ArrayDeque<>()).add(item);
        }
        case 2 -> assertThat(queue.next()).isEqualTo(next(model, Set.of()));
        case 3 -> assertThat(queue.next(other -> other != key)).isEqualTo(next(model, Set.of(key)));
        case 4 -> {
          queue.moveToEnd(key);
          Deque<String> line = model.remove(key);
          if (line != null) {
            model.put(key, line);
          }
        }
        default -> {
          String suffix = Integer.toString(random.nextInt(10));
          List<String> removed = new ArrayList<>();
          model
              .values()
              .forEach(
                  line ->
                      line.stream().filter(item -> item.endsWith(suffix)).forEach(removed::add));
          model.values().forEach(line -> line.removeIf(item -> item.endsWith(suffix)));
          model.values().removeIf(Deque::isEmpty);
          assertThat(queue.removeIf(item -> item.endsWith(suffix))).isEqualTo(removed);
        }
      }
      assertThat(queue.weight(key)).isEqualTo(model.getOrDefault(key, new ArrayDeque<>()).size());
      assertThat(queue.weight()).isEqualTo(model.values().stream().mapToInt(Deque::size).sum());
      assertThat(queue.hasNext()).isEqualTo(!model.isEmpty());
    }
  }

  private static String next(Map<Integer, Deque<String>> model, Set<Integer> without) {
    Optional<Integer> first =
        model.keySet().stream().filter(key -> !without.contains(key)).findFirst();
    if (first.isEmpty()) {
      return null;
    }
    Deque<String> line = model.remove(first.get());
    String item = line.remove();
    if (!line.isEmpty()) {
      model.put(first.get(), line);
    }
    return item;
  }

  /** A key that always has items is served once in each round, however many others have. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void servesBusyKeysEquallyOften(long seed) {
    Random random = new Random(seed);
    Map<String, Integer> served = new LinkedHashMap<>();
    for (int round = 0; round < 1_000; round++) {
      for (int key = 0; key < 5; key++) {
        for (int i = key == 0 ? random.nextInt(20) : 0; i >= 0; i--) {
          add(key, Integer.toString(key));
        }
      }
      take(5).forEach(key -> served.merge(key, 1, Integer::sum));
    }

    assertThat(served).hasSize(5);
    assertThat(served.values()).containsOnly(1_000);
  }

  private void add(int key, String... items) {
    for (String item : items) {
      queue.add(key, item);
    }
  }

  private List<String> take(int count) {
    List<String> taken = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      taken.add(queue.next());
    }
    return taken;
  }
}
